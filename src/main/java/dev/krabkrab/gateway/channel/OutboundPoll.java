package dev.krabkrab.gateway.channel;

import java.util.List;

/**
 * A question with answers to choose from. Protocol 03 §26.
 *
 * @param to whom, as {@link ChannelConnector#target} writes it
 * @param options 2 to 12
 * @param maxSelections how many may be chosen, 1 to the number of options
 * @param durationHours how long, or 0 for no end
 */
public record OutboundPoll(
    String to, String question, List<String> options, int maxSelections, int durationHours) {
  /** The same for somebody else. */
  OutboundPoll sentTo(String other) {
    return new OutboundPoll(other, question, options, maxSelections, durationHours);
  }

  public OutboundPoll {
    options = List.copyOf(options);
  }
}
