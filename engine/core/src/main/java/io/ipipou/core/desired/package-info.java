/** What a file asks of one host, once the host's own facts are filled in. */
package io.ipipou.core.desired;
