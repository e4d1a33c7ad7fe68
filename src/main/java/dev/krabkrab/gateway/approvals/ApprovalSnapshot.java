package dev.krabkrab.gateway.approvals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.approvals.ApprovalRecord.State;
import dev.krabkrab.gateway.protocol.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** An approval as the methods show it that serve every kind. Protocol 05 §13.3. */
final class ApprovalSnapshot {
  private ApprovalSnapshot() {}

  static ObjectNode of(ApprovalRecord record) {
    if (record.state() != State.PENDING) {
      return Finished.of(record).snapshot();
    }
    Approval approval = record.approval();
    return base(approval.id(), approval.createdAtMs(), approval.expiresAtMs())
        .put("status", "pending")
        .set("presentation", Presentation.whole(approval.request().node()));
  }

  /** What is shown of every approval. */
  static ObjectNode base(String id, long createdAtMs, long expiresAtMs) {
    String inPath = URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    return Json.object()
        .put("id", id)
        .put("urlPath", "/approve/" + inPath)
        .put("createdAtMs", createdAtMs)
        .put("expiresAtMs", expiresAtMs);
  }
}
