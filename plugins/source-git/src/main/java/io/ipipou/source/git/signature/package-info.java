/** Signatures of git's commits and tags, by SSH and OpenPGP keys. */
package io.ipipou.source.git.signature;
