package dev.krabkrab.gateway.agent.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The shapes that answers of Ollama's {@code /api/chat} have, good ones and others. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OllamaStreamTest {
  private static final String LINES = "application/x-ndjson";
  private static final String HI = said("hi");
  private static final String END = ended("stop");

  private final ProviderDouble provider = new ProviderDouble("ollama", "");

  @AfterAll
  void stop() {
    provider.close();
  }

  private static String line(String json) {
    return json.replace('\'', '"') + "\n";
  }

  private static String message(String fields) {
    return line(
        "{'model':'m','created_at':'2026-01-01T00:00:00Z','message':{'role':'assistant',"
            + fields
            + "},'done':false}");
  }

  private static String said(String words) {
    return message("'content':'" + words + "'");
  }

  private static String ended(String reason) {
    return line(
        "{'model':'m','message':{'role':'assistant','content':''},'done_reason':'"
            + reason
            + "','done':true,'prompt_eval_count':9,'eval_count':4}");
  }

  private static String calls(String... calls) {
    return message("'content':'','tool_calls':[" + String.join(",", calls) + "]");
  }

  private static String call(String more, String city) {
    return "{" + more + "'function':{'name':'weather','arguments':{'city':'" + city + "'}}}";
  }

  private static StreamShape shape(String name, String expected, String... body) {
    return StreamShape.of(LINES, name, expected, body);
  }

  static List<StreamShape> ends() {
    return List.of(
        shape("as it should be", "hi /stop 9+0>4", HI, END),
        shape("no done", "!broke off", HI),
        shape("an empty body", "!nothing"),
        shape("blank lines", "!nothing", "\n\n\n"),
        shape("cut in a line", "!broke off", HI, END.substring(0, 40)),
        shape("cut in its last letters", "!broke off", HI, END.substring(0, END.length() - 2)),
        shape("no end of the line", "hi /stop 9+0>4", HI, END.strip()),
        shape(
            "words in the last line",
            "hi /stop 9+0>4",
            END.replace("\"content\":\"\"", "\"content\":\"hi\"")),
        shape("no reason", "hi /stop 9+0>4", HI, END.replace("\"done_reason\":\"stop\",", "")),
        shape("no tokens", "hi /stop", HI, line("{'done':true}")),
        shape("cut for its length", "hi /length 9+0>4", HI, ended("length")),
        shape("length without words", "!!maxTokens", ended("length")),
        shape("no words", "!said nothing", END),
        shape("it was only loaded", "!!load", ended("load")),
        shape("a reason nobody knows", "!!moon", HI, ended("moon")),
        shape("[DONE] instead", "!broke off", HI, "data: [DONE]\n"),
        shape("more afterwards", "hi /stop 9+0>4", HI, END, said("ho")));
  }

  static List<StreamShape> errors() {
    String error = line("{'error':'out of memory'}");
    return List.of(
        shape("an error", "!out of memory", error),
        shape("an error after words", "!out of memory", HI, error),
        shape("an error and done", "!out of memory", line("{'error':'out of memory','done':true}")),
        shape(
            "an error as an object",
            "!out of memory",
            line("{'error':{'message':'out of memory','code':500}}")),
        shape("another form", "!no such route", line("{'detail':'no such route'}")),
        shape("an array", "!out of memory", "[" + error.strip() + "]\n"),
        shape("an event", "!out of memory", HI, "event: error\ndata: " + error + "\n"),
        shape("a field of its own", "!out of memory", HI, "error: " + error),
        shape("plain text instead", "!404 page not found", "404 page not found\n")
            .typed("text/plain"),
        shape("plain text in between", "!upstream reset", HI, "upstream reset\n"),
        shape(
                "HTML with 200",
                "!Bad gateway",
                "<html><head><title>Bad gateway</title></head></html>")
            .typed("text/html"),
        shape(
                "HTML over lines",
                "!Bad gateway",
                "<!doctype html>\n<html>\n{ }\n<h1>Bad gateway</h1>\n</html>")
            .typed("text/html"),
        shape("HTML without a title", "!a page of HTML", "<p>no").typed("text/html"),
        shape("another language", "!not JSON", "{model: m, done: true}\n"),
        shape("words that are a trick", "!a b \\u202e", line("{'error':'a\\nb \\u202e'}")),
        shape("a long story", "!aaaa", line("{'error':'" + "a".repeat(5_000) + "'}")),
        shape(
            "a refusal",
            "!!no such model",
            line("{'error':{'message':'no such model','code':404}}")));
  }

  static List<StreamShape> forms() {
    StreamShape good = shape("good", "hi /stop 9+0>4", HI, END);
    return List.of(
        good.typed("application/json"),
        good.typed("text/event-stream"),
        good.zipped(),
        good.zipped().without(60).expecting("!broke off"),
        good.inBytes(),
        good.replaced("\n", "\r\n"),
        good.replaced("\n", "\r\n").inBytes(),
        good.replaced("\n", "\n\n"),
        good.replaced("\n", ""),
        good.replaced("{\"model\":\"m\",\"created", "\uFEFF{\"model\":\"m\",\"created"),
        good.replaced("{\"model\"", "data: {\"model\""),
        good.replaced("{\"model\"", "\ndata: {\"model\""),
        good.replaced(",", ",\n "),
        good.replaced("{\"model\"", ": here\n{\"model\""),
        shape("letters cut in two", "grüße 🦀 /stop 9+0>4", said("grüße 🦀"), END).inBytes(),
        shape(
                "not streamed",
                "hi /stop 9+0>4",
                END.replace("\"content\":\"\"", "\"content\":\"hi\"").strip())
            .typed("application/json"),
        shape("braces in words", "{[}\\\" /stop 9+0>4", said("{[}\\\\\\\""), END),
        shape(
            "only thoughts",
            "!thought, but said nothing",
            message("'content':'','thinking':'hm'"),
            END),
        shape(
            "thoughts and words",
            "hi /stop 9+0>4",
            message("'content':'','thinking':'hm'"),
            HI,
            END),
        shape(
            "a message that is null",
            "hi /stop 9+0>4",
            line("{'message':null,'done':false}"),
            HI,
            END));
  }

  static List<StreamShape> called() {
    String berlin = "weather {\"city\":\"Berlin\"}]";
    String rome = "weather {\"city\":\"Rome\"}]";
    String own = "[call00001 " + berlin + " [call00002 " + rome + " /toolUse 9+0>4";
    String given = own.replace("call00001", "a").replace("call00002", "b");
    return List.of(
        shape("two in a line", own, calls(call("", "Berlin"), call("", "Rome")), END),
        shape("two in two lines", own, calls(call("", "Berlin")), calls(call("", "Rome")), END),
        shape(
            "one number for two",
            own,
            calls(call("'index':0,", "Berlin"), call("'index':0,", "Rome")),
            END),
        shape("ids", given, calls(call("'id':'a',", "Berlin"), call("'id':'b',", "Rome")), END),
        shape(
            "equal ids",
            given.replace("[b", "[call00001"),
            calls(call("'id':'a',", "Berlin"), call("'id':'a',", "Rome")),
            END),
        shape("empty ids", own, calls(call("'id':'',", "Berlin"), call("'id':'',", "Rome")), END),
        shape(
            "twice the same",
            own.replace("Rome", "Berlin"),
            calls(call("", "Berlin"), call("", "Berlin")),
            END),
        shape(
            "arguments as text",
            "[call00001 " + berlin + " /toolUse 9+0>4",
            calls("{'function':{'name':'weather','arguments':'{\\\"city\\\":\\\"Berlin\\\"}'}}"),
            END),
        shape(
            "no arguments",
            "[call00001 weather {}] /toolUse 9+0>4",
            calls("{'function':{'name':'weather'}}"),
            END),
        shape("no name", "!without its name", calls("{'function':{'arguments':{}}}"), END),
        shape(
            "in the last line",
            "[call00001 " + berlin + " /toolUse 9+0>4",
            END.replace(
                "\"content\":\"\"",
                "\"content\":\"\",\"tool_calls\":[" + call("", "Berlin").replace('\'', '"') + "]")),
        shape("cut for their length", "!!maxTokens", calls(call("", "Berlin")), ended("length")),
        shape("no end", "!broke off", calls(call("", "Berlin"))));
  }

  @ParameterizedTest
  @MethodSource({"ends", "errors", "forms", "called"})
  void eachShapeIsAnAnswerOrAFailure(StreamShape shape) {
    shape.play(provider);
  }

  /** Cut anywhere it is none. */
  @Test
  void anAnswerIsWholeOrNone() {
    String good = message("'content':'','thinking':'hm'") + said("ü") + said(" hi") + END;
    int all = good.getBytes(StandardCharsets.UTF_8).length;
    StreamShape shape = shape("cut", "", good);
    for (int cut = 0; cut <= all; cut++) {
      provider.plays(Map.of("content-type", LINES), shape.without(all - cut).pieces());
      ProviderDouble.Asking asking = provider.ask("x");
      if (cut < all - 1) {
        assertThat(StreamShape.failure(asking).isPassing()).as("cut at %d", cut).isTrue();
      } else {
        assertThat(asking.answer().await().text()).as("cut at %d", cut).isEqualTo("ü hi");
      }
    }
  }
}
