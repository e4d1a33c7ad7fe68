package dev.krabkrab.gateway.access.audit;

import java.util.List;

/**
 * Part of the trail, read at one moment.
 *
 * @param head the last entry's place, kept apart from the stream
 * @param anchor the place of the last entry that retention took away, else {@link AuditLink#START}
 * @param entries in the order asked for
 */
public record AuditPage(AuditLink head, AuditLink anchor, List<AuditEntry> entries) {}
