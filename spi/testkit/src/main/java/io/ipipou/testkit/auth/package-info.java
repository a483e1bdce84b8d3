/** The suite that every authentication scheme has to pass. */
package io.ipipou.testkit.auth;
