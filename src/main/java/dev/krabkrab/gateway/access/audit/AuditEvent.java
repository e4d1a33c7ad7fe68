package dev.krabkrab.gateway.access.audit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Consumer;

/**
 * Something to be entered. Details never hold a secret, a value of the configuration or what a
 * command wrote.
 *
 * @param details fills in what the action was about; called later, on the trail's own context, so
 *     that whoever reports an event does not pay for its words
 */
public record AuditEvent(AuditAction action, AuditActor actor, Consumer<ObjectNode> details) {}
