/** A plugin for ipipou that knows nothing of it but its interface. */
package org.example.ipipou.hmac;
