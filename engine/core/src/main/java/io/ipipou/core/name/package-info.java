/** Looking up the host names of peers without letting a slow resolver delay anything else. */
@NullMarked
package io.ipipou.core.name;

import org.jspecify.annotations.NullMarked;
