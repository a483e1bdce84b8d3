package io.ipipou.core.plan;

/**
 * The order of kernel writes.
 *
 * <ul>
 *   <li>A listener exists only while a managed link sends from its port: nothing else shows, after a crash, that ipipou
 *       manages it. So it is created after its link and deleted before it.
 *   <li>Routes move before their old link is deleted, and an address is added before another is deleted, because the
 *       last address takes all routes of its link with it. A link's further addresses come last: its first is secondary,
 *       and so not preferred, while an address with the same peer exists.
 *   <li>The gate is there before the first tunnel and until after the last. An endpoint is admitted when its tunnel is
 *       complete.
 *   <li>If many links are deleted, their routes and addresses are deleted first ({@link LinkDiff#deletesMany}).
 * </ul>
 */
enum Phase {
    DELETE_LISTENER,
    PREPARE_GATE,
    MOVE_ROUTE,
    WITHDRAW_ROUTE,
    WITHDRAW_ADDRESS,
    DELETE_LINK,
    UPDATE_LINK,
    CREATE_LINK,
    CREATE_LISTENER,
    CREATE_ADDRESS,
    DELETE_ADDRESS,
    CREATE_FURTHER_ADDRESS,
    CREATE_ROUTE,
    DELETE_ROUTE,
    ADMIT
}
