package dev.krabkrab.gateway.platform.protocol;

import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which variables of the gateway's environment its document may name: those made for it ({@code
 * KRABKRAB_...}), the usual names of providers' keys, and those this instance was told. Never one
 * that holds a secret of the gateway itself. Immutable.
 */
public final class VariableRules {
  /** Names under which providers' own programs look for their keys. */
  private static final Set<String> USUAL =
      Set.of(
          "ANTHROPIC_API_KEY",
          "AZURE_OPENAI_API_KEY",
          "CEREBRAS_API_KEY",
          "COHERE_API_KEY",
          "DASHSCOPE_API_KEY",
          "DEEPSEEK_API_KEY",
          "ELEVENLABS_API_KEY",
          "FIREWORKS_API_KEY",
          "GEMINI_API_KEY",
          "GOOGLE_API_KEY",
          "GROQ_API_KEY",
          "HF_TOKEN",
          "MINIMAX_API_KEY",
          "MISTRAL_API_KEY",
          "MOONSHOT_API_KEY",
          "NVIDIA_API_KEY",
          "OLLAMA_API_KEY",
          "OPENAI_API_KEY",
          "OPENROUTER_API_KEY",
          "PERPLEXITY_API_KEY",
          "SLACK_APP_TOKEN",
          "SLACK_BOT_TOKEN",
          "TELEGRAM_BOT_TOKEN",
          "TOGETHER_API_KEY",
          "XAI_API_KEY",
          "ZAI_API_KEY");

  private static final String OURS = "KRABKRAB_";
  private static final Pattern NAME = Pattern.compile("[A-Z_][A-Z0-9_]*");

  /** Whatever begins so tells the gateway who may come in, where its state is, or what signs. */
  private static final Pattern OWN =
      Pattern.compile(
          "(?:KRABKRAB|OPENCLAW|CLAWDBOT|MOLTBOT)_(?:GATEWAY|REDIS|TLS|TEST)_.*|REDIS_.*|REDISCLI_.*"
              + "|.*_FILE");

  /** What an instance allows that was told nothing more. */
  public static final VariableRules USUAL_ONLY = new VariableRules(Set.of());

  private final Set<String> named;

  private VariableRules(Set<String> named) {
    this.named = named;
  }

  /**
   * The rules of an instance that names more variables.
   *
   * @throws IllegalArgumentException for what is no name, and for a secret of the gateway's own
   */
  public static VariableRules with(Collection<String> names) {
    for (String name : names) {
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "\"" + name + "\" is no name of a variable: A-Z 0-9 _ are");
      }
      if (isOwn(name)) {
        throw new IllegalArgumentException(name + " holds a secret of the gateway itself");
      }
    }
    return new VariableRules(names.stream().collect(Collectors.toUnmodifiableSet()));
  }

  /** Whether a setting may name it. */
  public boolean allows(String name) {
    return !isOwn(name) && (name.startsWith(OURS) || USUAL.contains(name) || named.contains(name));
  }

  /** Why a setting may not name it, for the operator. */
  public static String refusal(String name) {
    return isOwn(name)
        ? "may not use ${" + name + "}, which holds a secret of the gateway itself"
        : "may not use ${"
            + name
            + "}: allow it with --env-allow "
            + name
            + " (KRABKRAB_ENV_ALLOW) on every instance, or call it KRABKRAB_"
            + name;
  }

  /** Whether it may hold a secret of the gateway itself. */
  public static boolean isOwn(String name) {
    return OWN.matcher(name.toUpperCase(Locale.ROOT)).matches();
  }
}
