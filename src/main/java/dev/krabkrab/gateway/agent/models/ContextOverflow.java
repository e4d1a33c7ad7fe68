package dev.krabkrab.gateway.agent.models;

import dev.krabkrab.gateway.agent.models.ModelFailure.TooLong;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Recognises errors by which providers say that a conversation is longer than the model takes.
 * There is no common code: some have one, most have only words.
 */
final class ContextOverflow {
  private static final int LONGEST_READ = 4_000;

  /** Less is no window of a model but some other number. */
  private static final int SMALLEST = 64;

  private static final Pattern CODES =
      Pattern.compile(
          "context_length_exceeded|exceed_context_size|context_window_exceeded"
              + "|contextwindowexceeded|request_too_large|model_max_prompt_tokens_exceeded"
              + "|string_above_max_length|prompt_too_long|context_limit_exceeded");

  private static final String CONTEXT =
      "(?:context|prompt|input|sequence|(?<!out)put)s?[ _-]*(?:\\w+[ _-]+)?";
  private static final String MEASURE = "(?:length|size|window|limit|tokens?|token count)";

  private static final List<Pattern> WORDS =
      List.of(
          // It is too long, or longer than something.
          Pattern.compile(
              "(?:prompt|input|inputs|context|messages?|conversation|request)\\b.{0,60}?\\b(?:is|are|was)?"
                  + " ?(?:too|much too) (?:long|large|big)\\b(?!.{0,40}(?:file|image|body))"),
          Pattern.compile("(?:prompt|input|context|message|conversation) too (?:long|large)"),
          Pattern.compile(
              "(?:prompt|input|messages?|tokens?)\\b.{0,80}?\\b(?:longer|greater|larger|more) than"
                  + "\\b.{0,60}?\\b(?:context|maximum|model|allowed)"),
          // It exceeds the context, in either order.
          Pattern.compile(
              "exceed\\w*\\b.{0,80}?\\b" + CONTEXT + MEASURE + "|exceed\\w*\\b.{0,80}?\\bn_ctx"),
          Pattern.compile("(?:" + CONTEXT + MEASURE + ")\\b.{0,80}?\\b(?:exceed|overflow|surpass)"),
          Pattern.compile("context (?:length|size|window) (?:is|of) (?:only )?\\d"),
          Pattern.compile("context the overflows|context overflow|overflows? the context"),
          Pattern.compile("maximum (?:context|prompt|input|model|sequence) (?:length|size)"),
          Pattern.compile("(?:model|total) token limit|exceeded (?:model )?token limit"),
          Pattern.compile(
              "(?:reduce|shorten) (?:the |your )?(?:length|size)? ?(?:of )?(?:the "
                  + "|your )?(?:messages|prompt|input|conversation)"),
          Pattern.compile("range of input length|input length should be"),
          Pattern.compile("inputs? tokens \\+ max_new_tokens|must have less than \\d+ tokens"),
          Pattern.compile("too many (?:input |prompt )?tokens"),
          Pattern.compile("number of tokens in the prompt|tokens to keep from the initial prompt"),
          Pattern.compile("(?:上下文|输入|提示词?).{0,20}(?:超过|超出|过长|太长)"));

  /** These sound alike and mean another thing. */
  private static final Pattern OTHER =
      Pattern.compile(
          "rate.?limit|per (?:minute|min|hour|day|second)|\\btp[md]\\b|\\brp[md]\\b|quota|too many"
              + " requests|at most \\d+ (?:completion|output) tokens|number of output"
              + " tokens|max_(?:completion_)?tokens (?:must|should)|file size|image"
              + " (?:size|dimension|exceeds|is too)|attachment|credits|(?:header|uri|url|name)"
              + " (?:is )?too l");

  private static final Pattern QUOTES = Pattern.compile("[`'\"’]");
  private static final Pattern N_CTX = Pattern.compile("\"n_ctx\"\\s*:\\s*(\\d{2,9})");
  private static final Pattern N_PROMPT = Pattern.compile("\"n_prompt_tokens\"\\s*:\\s*(\\d{2,9})");
  private static final String NUMBER = "(\\d{1,3}(?:,\\d{3})+|\\d{2,9})";

  private static final List<Pattern> LIMITS =
      limits(
          "> ?N",
          "(?:maximum|max) (?:context|prompt|input|model|sequence) (?:length|size|window) ?(?:is"
              + "|of|:|\\()? ?N",
          "(?:context|model|window)\\w* (?:length|size|window|limit) ?(?:is|of|:|\\()? ?(?:only"
              + " )?N",
          "available context size \\(N",
          "context length of only N",
          "configured context size is N",
          "(?:maximum|limit)(?: number of tokens)?(?: allowed)? ?(?:is|of|:)? ?N",
          "tokens allowed \\(N",
          "N maximum",
          "model with N",
          "context window of N",
          "must be <= ?N",
          "(?:cannot exceed|limit of|less than|up to|at most) N",
          "input length should be \\[?\\d+, ?N",
          "token limit:? N");

  private static final List<Pattern> REQUESTED =
      limits(
          "requested (?:about |approximately )?N",
          "requested:? N",
          "request contains N",
          "request \\(N",
          "too long: N",
          "contains N",
          "has N",
          "given:? N",
          "requested tokens \\(N",
          "token count (?:of |\\()?N",
          "current length is N",
          "(?:length|prompt|input) \\((?:length )?N",
          "first N");

  private ContextOverflow() {}

  private static List<Pattern> limits(String... forms) {
    return List.of(forms).stream()
        .map(form -> Pattern.compile("(?<!\\w)" + form.replace("N", NUMBER)))
        .toList();
  }

  /**
   * Reads an error.
   *
   * @param raw all of it
   * @param status of HTTP; 0 when there is none
   * @return null when it says something else
   */
  static @Nullable TooLong in(String words, String codes, String raw, int status) {
    String said = QUOTES.matcher(cut(words).toLowerCase(Locale.ROOT)).replaceAll("");
    if (status == 401 || status == 402 || status == 403 || status == 404 || status == 429) {
      return null;
    }
    boolean coded = CODES.matcher(codes).find();
    boolean named = said.length() > 0 && CODES.matcher(said).find();
    boolean described =
        !OTHER.matcher(said + " " + codes).find()
            && (status == 413 || WORDS.stream().anyMatch(form -> form.matcher(said).find()));
    if (!coded && !named && !described) {
      return null;
    }
    String whole = cut(raw);
    int limit = number(List.of(N_CTX), whole);
    int requested = number(List.of(N_PROMPT), whole);
    return new TooLong(
        limit > 0 ? limit : number(LIMITS, said),
        requested > 0 ? requested : number(REQUESTED, said));
  }

  private static String cut(String text) {
    return text.length() <= LONGEST_READ ? text : text.substring(0, LONGEST_READ);
  }

  private static int number(List<Pattern> forms, String text) {
    for (Pattern form : forms) {
      Matcher found = form.matcher(text);
      if (found.find()) {
        int number = Integer.parseInt(found.group(1).replace(",", ""));
        if (number >= SMALLEST) {
          return number;
        }
      }
    }
    return 0;
  }
}
