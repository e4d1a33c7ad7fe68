package dev.krabkrab.gateway.agent.tools;

import dev.krabkrab.gateway.platform.net.BoundedHttp;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Decides where requests may go, redirects included, and what may come back. */
interface FetchPolicy {
  /** Why there may be no request to it, for the requester; null when there may. */
  @Nullable String objection(FetchTarget target);

  /** Whether a request may go to this address of a target that is allowed. */
  boolean allows(FetchTarget target, InetAddress address);

  /** What is wrong with an answer whose body has not been read, for the requester; or null. */
  @Nullable String objection(BoundedHttp.Head head);

  /** What is requested: the header of that name. */
  String accept();

  /** For all of it, redirects included. */
  int timeoutMs();

  /** Of a body; more is not read. */
  int maxBytes();

  /** The most that are followed. */
  int redirects();
}
