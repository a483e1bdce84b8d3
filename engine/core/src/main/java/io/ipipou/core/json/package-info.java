/** JSON, and records as JSON. */
package io.ipipou.core.json;
