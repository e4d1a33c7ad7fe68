package dev.krabkrab.gateway.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.krabkrab.gateway.channel.ChannelVerticle;
import dev.krabkrab.gateway.control.approvals.ApprovalObserver;
import org.jspecify.annotations.Nullable;

/** Forwards approvals and their outcomes to people in channels. */
record ForwardedApprovals(ChannelVerticle channels) implements ApprovalObserver {
  @Override
  public void requested(String id, long createdAtMs, long expiresInMs, JsonNode request) {
    channels.approvalRequested(id, createdAtMs, expiresInMs, request);
  }

  @Override
  public void resolved(
      String id,
      long createdAtMs,
      String decision,
      @Nullable String resolvedBy,
      @Nullable String reason) {
    channels.approvalResolved(id, createdAtMs, decision, resolvedBy, reason);
  }
}
