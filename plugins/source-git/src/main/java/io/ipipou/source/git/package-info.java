/** Source {@code git}: a file of a git repository, read from the tree of a commit; there is never a work tree. */
package io.ipipou.source.git;
