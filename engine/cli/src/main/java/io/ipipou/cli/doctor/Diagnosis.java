package io.ipipou.cli.doctor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What all checks found.
 *
 * @param host what the tunnels share
 * @param tunnels in the file's order
 */
public record Diagnosis(Section host, List<Section> tunnels) {

    static final String FORMAT_VERSION = "1.0";

    /** The name and finding of each check that applies, in the order in which a tunnel needs them. */
    record Result(String check, Finding finding) {

        private Map<String, Object> document() {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("check", check);
            document.put("status", finding.status().toString());
            document.put("summary", finding.summary());
            document.put("seen", finding.seen().orElse(null));
            document.put("remedy", finding.remedy().orElse(null));
            return document;
        }
    }

    /** The results for the host or for one tunnel. */
    record Section(String name, List<Result> results) {

        static <S> Section of(String name, S subject, List<Check<S>> checks) {
            return new Section(
                    name,
                    checks.stream()
                            .map(check -> check.test()
                                    .apply(subject)
                                    .map(finding -> new Result(check.name(), finding))
                                    .orElse(null))
                            .filter(Objects::nonNull)
                            .toList());
        }

        List<Result> with(Finding.Status status) {
            return results.stream()
                    .filter(result -> result.finding().status() == status)
                    .toList();
        }

        boolean isWell() {
            return with(Finding.Status.FAILED).isEmpty();
        }

        private Map<String, Object> document() {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("name", name);
            document.put("ok", isWell());
            document.put("checks", results.stream().map(Result::document).toList());
            return document;
        }
    }

    /** Whether no check fails. */
    public boolean isWell() {
        return host.isWell() && tunnels.stream().allMatch(Section::isWell);
    }

    /** As JSON, in maps and lists. */
    public Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("format_version", FORMAT_VERSION);
        document.put("ok", isWell());
        document.put("host", host.document());
        document.put("tunnels", tunnels.stream().map(Section::document).toList());
        return document;
    }

    /** The finding of a check of a tunnel; empty if the check does not apply to it. */
    Optional<Finding> finding(String tunnel, String check) {
        return tunnels.stream()
                .filter(section -> section.name().equals(tunnel))
                .flatMap(section -> section.results().stream())
                .filter(result -> result.check().equals(check))
                .map(Result::finding)
                .findFirst();
    }
}
