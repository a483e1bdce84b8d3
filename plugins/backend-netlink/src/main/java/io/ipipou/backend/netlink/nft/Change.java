package io.ipipou.backend.netlink.nft;

import io.ipipou.netlink.wire.Request;

/**
 * A write of a transaction.
 *
 * @param operation the place of the operation that it is for
 * @param optional whether the object may be gone already: a refusal with ENOENT means to try again without it
 */
record Change(int operation, Request request, boolean optional) {}
