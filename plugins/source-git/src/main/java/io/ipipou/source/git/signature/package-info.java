/** Verification of SSH and OpenPGP signatures on git commits and tags. */
package io.ipipou.source.git.signature;
