package io.ipipou.cli.doctor;

import io.ipipou.cli.doctor.Diagnosis.Result;
import io.ipipou.cli.doctor.Diagnosis.Section;
import java.util.List;
import java.util.stream.Collectors;

/** A diagnosis for people: the first failure of a tunnel with what was seen and what to do, the later ones a line each. */
public final class DiagnosisText {

    private final StringBuilder out = new StringBuilder();

    private DiagnosisText() {}

    /** @param brief whether the tunnels that are well are only counted */
    public static String of(Diagnosis diagnosis, boolean brief) {
        DiagnosisText text = new DiagnosisText();
        text.section(diagnosis.host());
        List<Section> shown = diagnosis.tunnels().stream()
                .filter(section -> !brief
                        || !section.isWell()
                        || !section.with(Finding.Status.NOTE).isEmpty())
                .toList();
        shown.forEach(text::section);
        text.summary(diagnosis.tunnels());
        return text.out.toString();
    }

    private void section(Section section) {
        line(section.name());
        String ok = section.with(Finding.Status.OK).stream()
                .map(result -> result.finding().summary())
                .collect(Collectors.joining(", "));
        if (!ok.isEmpty()) {
            line("  ok    " + ok);
        }
        List<Result> failures = section.with(Finding.Status.FAILED);
        failures.stream().limit(1).forEach(this::failure);
        failures.stream().skip(1).forEach(later -> line("  also  " + title(later)));
        section.with(Finding.Status.NOTE).forEach(note -> {
            line("  note  " + title(note));
            note.finding().remedy().ifPresent(remedy -> line("        do:   " + remedy));
        });
    }

    private void failure(Result failure) {
        line("  FAIL  " + title(failure));
        failure.finding().seen().ifPresent(seen -> line("        seen: " + seen));
        failure.finding().remedy().ifPresent(remedy -> line("        do:   " + remedy));
    }

    private static String title(Result result) {
        return result.check() + ": " + result.finding().summary();
    }

    private static String count(int tunnels) {
        return tunnels == 1 ? "1 tunnel" : tunnels + " tunnels";
    }

    private void summary(List<Section> tunnels) {
        int well = (int) tunnels.stream().filter(Section::isWell).count();
        line("%s checked: %d well, %d with a failure.".formatted(count(tunnels.size()), well, tunnels.size() - well));
    }

    private void line(String text) {
        out.append(text).append('\n');
    }
}
