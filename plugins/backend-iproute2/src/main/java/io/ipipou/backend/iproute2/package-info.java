/**
 * The backend that drives the {@code ip} command of iproute2. A state is read with one process, whatever it holds, and
 * written with one more; see {@link io.ipipou.backend.iproute2.Execution}.
 */
package io.ipipou.backend.iproute2;
