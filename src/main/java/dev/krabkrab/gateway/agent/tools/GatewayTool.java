package dev.krabkrab.gateway.agent.tools;

import dev.krabkrab.gateway.agent.agents.AgentTool;
import java.util.List;

/** A tool that does what a client does by methods of the gateway. */
public interface GatewayTool extends AgentTool {
  /** The methods: whoever may not call all of them may not have an agent use it either. */
  List<String> methods();
}
