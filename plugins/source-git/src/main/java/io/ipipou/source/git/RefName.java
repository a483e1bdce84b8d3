package io.ipipou.source.git;

import io.ipipou.spi.Printable;
import io.ipipou.spi.source.SourceException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;

/**
 * The ref to follow: {@code HEAD}, a full name such as {@code refs/heads/main}, or the name of one branch or tag.
 *
 * @param text as the user wrote it
 * @param candidates full names that it can mean
 */
record RefName(String text, List<String> candidates) {

    private static final int MAX_SUGGESTIONS = 10;

    static RefName parse(String text) throws SourceException {
        List<String> candidates = text.equals("HEAD") || text.startsWith("refs/")
                ? List.of(text)
                : List.of("refs/heads/" + text, "refs/tags/" + text);
        boolean valid = text.equals("HEAD") || candidates.stream().allMatch(Repository::isValidRefName);
        if (!valid) {
            throw new SourceException(
                    "ref \"" + text + "\" is not a valid name of a branch or tag (write one, such as main)");
        }
        return new RefName(text, candidates);
    }

    /** The candidate that the server has. */
    Optional<Ref> choose(Map<String, Ref> advertised) throws SourceException {
        List<Ref> found = candidates.stream()
                .filter(advertised::containsKey)
                .map(advertised::get)
                .filter(ref -> ref.getObjectId() != null)
                .toList();
        if (found.size() > 1) {
            throw new SourceException("the repository has a branch and a tag " + text + " (write "
                    + String.join(" or ", candidates) + ")");
        }
        return found.stream().findFirst();
    }

    /** @param names all refs of the server */
    SourceException missing(Collection<String> names) {
        return new SourceException("the repository has no branch or tag " + text + " (" + others(names) + ")");
    }

    private static String others(Collection<String> names) {
        String shown = new TreeSet<>(names)
                .stream()
                        .filter(name -> name.startsWith("refs/heads/") || name.startsWith("refs/tags/"))
                        .limit(MAX_SUGGESTIONS)
                        .map(name -> Printable.line(Repository.shortenRefName(name)))
                        .collect(Collectors.joining(", "));
        return shown.isEmpty() ? "it is empty: push a commit" : "it has " + shown;
    }
}
