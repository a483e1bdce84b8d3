/** What it takes to build the Debian package, and is not in it. */
package io.ipipou.deb;
