package io.ipipou.core.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Words in messages: the one that was probably meant, and lists of them. */
public final class Spelling {

    /** Among more words than this nobody looks for a typing error. */
    private static final int MAX_KNOWN = 1000;

    /** Longer than any known word: the rest of the text cannot bring it nearer. */
    private static final int MAX_LENGTH = 64;

    private Spelling() {}

    /** {@code a, b or c}. */
    static String list(Collection<String> words, String conjunction) {
        List<String> all = new ArrayList<>(words);
        int last = all.size() - 1;
        return last < 1
                ? String.join("", all)
                : String.join(", ", all.subList(0, last)) + " " + conjunction + " " + all.get(last);
    }

    /** A question about the nearest known word. */
    static Optional<String> didYouMean(String text, Collection<String> known) {
        return nearest(text, known).map(nearest -> "did you mean " + Quote.word(nearest) + "?");
    }

    /** The nearest known word, if less than about a third of it differs; case does not count. */
    public static Optional<String> nearest(String text, Collection<String> known) {
        if (text.length() > MAX_LENGTH || known.size() > MAX_KNOWN) {
            return Optional.empty();
        }
        String word = text.toLowerCase(Locale.ROOT);
        return known.stream()
                .filter(k -> distance(word, k.toLowerCase(Locale.ROOT)) <= Math.max(1, k.length() / 3))
                .min(Comparator.comparingInt(k -> distance(word, k.toLowerCase(Locale.ROOT))));
    }

    /** Letters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
    private static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                d[i][j] = i == 0 || j == 0 ? i + j : step(d, a, b, i, j);
            }
        }
        return d[a.length()][b.length()];
    }

    private static int step(int[][] d, String a, String b, int i, int j) {
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int best = Math.min(d[i - 1][j - 1] + (same ? 0 : 1), 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, d[i - 2][j - 2] + 1) : best;
    }
}
