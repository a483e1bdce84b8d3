/** The test cases that every authentication scheme must pass. */
package io.ipipou.testkit.auth;
