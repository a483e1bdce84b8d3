/** A plugin for ipipou that is compiled against its plugin interface only. */
package org.example.ipipou.hmac;
