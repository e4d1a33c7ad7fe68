package dev.krabkrab.gateway.access.audit;

import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way.
 *
 * @param atMs when it was reported, by this instance's clock
 * @param written told of its entry; null when nobody waits for it
 */
record AuditItem(AuditEvent event, long atMs, @Nullable Promise<Void> written) {}
