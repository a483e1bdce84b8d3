/** Generates parts of the Debian package; not shipped in it. */
package io.ipipou.deb;
