package io.ipipou.core.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Does what the hint of a mistake says, without thinking. */
final class HintFollower {

    private interface Step {
        Document apply(Document document, Problem problem, Matcher hint);
    }

    /** What to do for a hint of a form, the first that matches. */
    private final Map<Pattern, Step> steps = new LinkedHashMap<>();

    /** A valid document with every field: where a hint describes a value without an example, its value is such a value. */
    private final Document valid;

    /** Seals a secret for a setting. */
    private final UnaryOperator<String> seal;

    HintFollower(Document valid, UnaryOperator<String> seal) {
        this.valid = valid;
        this.seal = seal;
        otherTunnels();
        references();
        settings();
        values();
    }

    private void on(String hint, Step step) {
        steps.put(Pattern.compile(hint), step);
    }

    Document follow(Document document, Problem problem) {
        for (Map.Entry<Pattern, Step> step : steps.entrySet()) {
            Matcher matcher = step.getKey().matcher(problem.instead());
            if (matcher.matches()) {
                try {
                    return step.getValue().apply(document.copy(), problem, matcher);
                } catch (RuntimeException e) {
                    throw new AssertionError("following the hint of " + problem + " in " + document, e);
                }
            }
        }
        throw new AssertionError("a hint that a machine cannot follow: " + problem);
    }

    private void values() {
        on("put it in quotes", (d, p, hint) -> d.set(p.path(), Document.quoted(d.get(p.path()))));
        on(
                "write it without quotes",
                (d, p, hint) -> d.set(p.path(), d.get(p.path()).replaceAll("^\"|\"$", "")));
        on(
                "write .*, such as (.*)",
                (d, p, hint) -> isName(p) ? d.rename(p.path(), hint.group(1)) : d.set(p.path(), hint.group(1)));
        on("write (\\S+)( for seconds)?", (d, p, hint) -> d.set(p.path(), hint.group(1)));
        on("write (\\S+?),? (or )?.*", (d, p, hint) -> {
            boolean words = p.instead().matches("write ([a-z0-9]+, )*[a-z0-9]+ or [a-z0-9]+");
            return d.set(p.path(), words ? hint.group(1) : sample(p.path()));
        });
    }

    private static boolean isName(Problem problem) {
        return problem.message()
                        .matches(
                                ".* is not a valid name|.* is reserved by the kernel|'.*' (is not an|has .*) interface name.*")
                && problem.path().matches("(auth|peers|tunnels)\\.[^.]*|(auth|peers|tunnels)\\.\".*\"");
    }

    private void settings() {
        on(
                "did you mean (.*)\\?",
                (d, p, hint) -> p.message().equals("unknown setting")
                        ? d.rename(p.path(), hint.group(1))
                        : d.set(p.path(), hint.group(1)));
        on("remove it.*", (d, p, hint) -> d.remove(p.path()));
        on(
                "keep one of them",
                (d, p, hint) -> d.remove(p.path() + "." + p.message().replaceAll("has both (\\S+) and .*", "$1")));
        on("add ([A-Za-z0-9]+): .*, such as (.*)", (d, p, hint) -> d.set(below(p, hint.group(1)), hint.group(2)));
        on(
                "add ([A-Za-z0-9]+): ([a-z0-9/]+)(, .*| or .*)?",
                (d, p, hint) -> d.set(below(p, hint.group(1)), hint.group(2)));
        on("add ([A-Za-z0-9]+): .*", (d, p, hint) -> d.set(below(p, hint.group(1)), sample(below(p, hint.group(1)))));
    }

    /** What the valid document has there, or under the same key of another entry. */
    private String sample(String path) {
        if (valid.has(path)) {
            return valid.get(path);
        }
        List<String> keys = Document.keys(path);
        if (keys.size() == 2) {
            return valid.get(keys.get(0) + "." + valid.names(keys.get(0)).get(0));
        }
        return valid.names(keys.get(0)).stream()
                .map(name -> keys.get(0) + "." + name + "." + keys.get(keys.size() - 1))
                .filter(valid::has)
                .map(valid::get)
                .findFirst()
                .orElseThrow();
    }

    private static String below(Problem problem, String key) {
        return problem.path().isEmpty() ? key : problem.path() + "." + key;
    }

    private void references() {
        on("define it there", (d, p, hint) -> {
            String name = p.message().replaceAll("'(.*)' is not .*", "$1");
            return p.message().endsWith("auth")
                    ? d.set("auth.\"" + name + "\"", "{scheme: address, port: 1}")
                    : d.set("peers.\"" + name + "\"", "{endpoint: \"h:1\"}");
        });
        on("add (peers\\..*\\.endpoint), such as (.*)", (d, p, hint) -> d.set(hint.group(1), hint.group(2)));
        on(
                "write one endpoint instead of (peers\\..*)\\.endpoints.*",
                (d, p, hint) -> d.remove(hint.group(1) + ".endpoints").set(hint.group(1) + ".endpoint", "\"h:1\""));
        on("use mode: static, or .*", (d, p, hint) -> d.set(p.path().replaceAll("peer$", "mode"), "static"));
        on("add (peers\\..*\\.auth)", (d, p, hint) -> d.set(hint.group(1), "laptop"));
        on("write the path of a file that can be read", (d, p, hint) -> d.set(p.path(), "token"));
        on("write \\{file: PATH\\}, .*", (d, p, hint) -> d.set(p.path(), "{file: token}"));
        on("set it, or use file", (d, p, hint) -> d.set(p.path().replaceAll("\\.env$", ""), "{file: token}"));
        on(
                "write what `ipipou seal` printed",
                (d, p, hint) -> d.set(p.path(), seal.apply(p.path().replaceAll("\\.sealed$", ""))));
        on(
                "seal it again, to this host and for \"?([^\"]*)\"?",
                (d, p, hint) -> d.set(p.path(), seal.apply(hint.group(1))));
    }

    private void otherTunnels() {
        on(
                "write an address .*",
                (d, p, hint) -> d.set(p.path(), p.path().contains("addresses[") ? "10.99.99.99/32" : "10.99.99.99"));
        on("write the inner address of the peer", (d, p, hint) -> d.set(p.path(), "10.99.99.99"));
        on("write auto, never or an address in it", (d, p, hint) -> d.set(p.path(), "auto"));
        on("write its number, or name it in .*", (d, p, hint) -> d.set(p.path(), "100"));
        on("add local.device: .*", (d, p, hint) -> d.set(p.path().replaceAll("routes\\[.*", "local.device"), "eth0"));
        on("remove one of the two.*", (d, p, hint) -> d.remove(p.path()));
        on("use another local.address", (d, p, hint) -> d.set(p.path() + ".local.address", "203.0.113.99"));
        on("use a peer with .*", (d, p, hint) -> d.set("auth.other", "{scheme: address, port: 99}")
                .set("peers.other", "{auth: other}")
                .set(p.path() + ".peer", "other"));
    }
}
