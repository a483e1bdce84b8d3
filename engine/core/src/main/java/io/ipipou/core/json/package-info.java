/** JSON, without the start-up time of Jackson's ObjectMapper. */
package io.ipipou.core.json;
