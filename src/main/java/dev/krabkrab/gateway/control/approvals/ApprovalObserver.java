package dev.krabkrab.gateway.control.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * Follows every approval on every instance, whoever requested and decided it where; so it has to
 * make sure itself that something is done once. Called on the approvals' context. Protocol 02 §5.
 */
public interface ApprovalObserver {
  /**
   * Somebody requested an approval.
   *
   * @param createdAtMs Redis time; with the id it names one use of that id
   * @param expiresInMs from now
   * @param request as approvers see it
   */
  void requested(String id, long createdAtMs, long expiresInMs, JsonNode request);

  /**
   * Somebody decided.
   *
   * @param resolvedBy as people read it, or null
   * @param reason why, as who decided put it, or null
   */
  void resolved(
      String id,
      long createdAtMs,
      String decision,
      @Nullable String resolvedBy,
      @Nullable String reason);
}
