/** Source {@code git}: a file of a git repository, read from a commit's tree; there is never a work tree. */
package io.ipipou.source.git;
