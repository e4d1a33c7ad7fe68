package dev.krabkrab.gateway.access.audit;

/**
 * An entry as it is stored; nothing about it is trusted before {@link AuditVerifier} says so.
 *
 * @param id in the stream, milliseconds and number
 * @param text JSON: {@code seq}, {@code ts}, {@code action}, {@code instance}, {@code actor},
 *     {@code details}
 * @param hash see {@link AuditLink}
 */
public record AuditEntry(String id, String text, String hash) {}
