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

/** The shapes that answers of Anthropic's Messages API have, good ones and others. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnthropicStreamTest {
  private static final String SSE = "text/event-stream";
  private static final String START =
      event(
          "{'type':'message_start','message':{'id':'m1','type':'message','role':'assistant','content':[],'usage':{'input_tokens':9,'output_tokens':1}}}");
  private static final String PING = event("{'type':'ping'}");
  private static final String TEXT = begun("0", "{'type':'text','text':''}");
  private static final String HI = said("hi");
  private static final String STOP = event("{'type':'message_stop'}");
  private static final String ERROR =
      "{'type':'error','error':{'type':'overloaded_error','message':'Overloaded'}}";

  private final ProviderDouble provider = new ProviderDouble("anthropic-messages", "");

  @AfterAll
  void stop() {
    provider.close();
  }

  private static String event(String json) {
    String type = json.replaceFirst("\\{'type':'([a-z_]+)'.*", "$1");
    return "event: " + type + "\ndata: " + json.replace('\'', '"') + "\n\n";
  }

  private static String begun(String index, String block) {
    return event(
        "{'type':'content_block_start','index':" + index + ",'content_block':" + block + "}");
  }

  private static String delta(String index, String delta) {
    return event("{'type':'content_block_delta','index':" + index + ",'delta':" + delta + "}");
  }

  private static String said(String words) {
    return delta("0", "{'type':'text_delta','text':'" + words + "'}");
  }

  private static String done(String index) {
    return event("{'type':'content_block_stop','index':" + index + "}");
  }

  private static String ended(String reason) {
    return event(
        "{'type':'message_delta','delta':{'stop_reason':'"
            + reason
            + "'},'usage':{'output_tokens':4}}");
  }

  private static String tool(String index, String id, String input) {
    return begun(
        index, "{'type':'tool_use','id':'" + id + "','name':'weather','input':" + input + "}");
  }

  private static String input(String index, String json) {
    return delta(index, "{'type':'input_json_delta','partial_json':'" + json + "'}");
  }

  private static StreamShape shape(String name, String expected, String... body) {
    return StreamShape.of(SSE, name, expected, body);
  }

  static List<StreamShape> ends() {
    String end = done("0") + ended("end_turn") + STOP;
    return List.of(
        shape("as it should be", "hi /stop 9+0>4", START, TEXT, PING, HI, end),
        shape("no message_stop", "!message_stop", START, TEXT, HI, done("0"), ended("end_turn")),
        shape("no stop_reason", "!stop_reason", START, TEXT, HI, done("0"), STOP),
        shape("neither", "!broke off", START, TEXT, HI),
        shape("[DONE] instead", "!broke off", START, TEXT, HI, "data: [DONE]\n\n"),
        shape("[DONE] afterwards", "hi /stop 9+0>4", START, TEXT, HI, end, "data: [DONE]\n\n"),
        shape("an empty body", "!nothing"),
        shape("comments only", "!nothing", ": ping\n\n: ping\n\n"),
        shape("pings only", "!broke off", START, PING, PING),
        shape("cut in a line", "!broke off", START, TEXT, HI.substring(0, HI.length() - 10)),
        shape("cut after a line", "!broke off", START, TEXT, HI.strip()),
        shape("an end without its empty line", "hi /stop 9+0>4", START, TEXT, HI, end.strip()),
        shape(
            "cut for its length",
            "hi /length 9+0>4",
            START,
            TEXT,
            HI,
            done("0"),
            ended("max_tokens"),
            STOP),
        shape(
            "the window is full",
            "hi /length 9+0>4",
            START,
            TEXT,
            HI,
            done("0"),
            ended("model_context_window_exceeded"),
            STOP),
        shape("a refusal", "!!refusal", START, TEXT, HI, done("0"), ended("refusal"), STOP),
        shape("a pause", "!!pause_turn", START, TEXT, HI, done("0"), ended("pause_turn"), STOP),
        shape("no words", "!said nothing", START, ended("end_turn"), STOP),
        shape("an empty block", "!said nothing", START, TEXT, end),
        shape("length without words", "!!maxTokens", START, ended("max_tokens"), STOP),
        shape(
            "a stop sequence",
            "hi /stop 9+0>4",
            START,
            TEXT,
            HI,
            done("0"),
            ended("stop_sequence"),
            STOP),
        shape(
            "tokens told late",
            "hi /stop 9+2>4",
            START.replace("9,", "0,"),
            TEXT,
            HI,
            done("0"),
            event(
                "{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':{'input_tokens':9,'cache_read_input_tokens':2,'output_tokens':4}}"),
            STOP),
        shape(
            "no tokens",
            "hi /stop",
            event("{'type':'message_start','message':{}}"),
            TEXT,
            HI,
            end.replace(",\"usage\":{\"output_tokens\":4}", "")));
  }

  static List<StreamShape> errors() {
    String json = ERROR.replace('\'', '"');
    return List.of(
        shape("an error", "!Overloaded", event(ERROR)),
        shape("an error after words", "!Overloaded", START, TEXT, HI, event(ERROR)),
        shape(
            "an error before the end",
            "!Overloaded",
            START,
            TEXT,
            HI,
            done("0"),
            ended("end_turn"),
            event(ERROR),
            STOP),
        shape("an error without its event", "!Overloaded", "data: " + json + "\n\n"),
        shape(
            "an event without its type",
            "!Overloaded",
            "event: error\ndata: {\"error\":{\"message\":\"Overloaded\"}}\n\n"),
        shape(
            "an event of plain text",
            "!upstream is gone",
            "event: error\ndata: upstream is gone\n\n"),
        shape("an error as text", "!out of memory", "data: {\"error\":\"out of memory\"}\n\n"),
        shape("a field of its own", "!Overloaded", START, "error: " + json + "\n\n"),
        shape("a line without a field", "!Overloaded", START, json + "\n"),
        shape("plain text as data", "!Internal Server Error", "data: Internal Server Error\n\n"),
        shape("plain text instead", "!upstream connect error", "upstream connect error")
            .typed("text/plain"),
        shape("JSON with 200", "!Overloaded", json).typed("application/json"),
        shape("another form with 200", "!no such route", "{\"detail\":\"no such route\"}")
            .typed("application/json"),
        shape(
                "HTML with 200",
                "!Bad gateway",
                "<html><head><title>Bad gateway</title></head></html>")
            .typed("text/html"),
        shape("HTML that calls itself a stream", "!Sign in", "\n<html>\n<h1>Sign in</h1></html>"),
        shape(
            "a wrong request",
            "!!no such model",
            event(
                "{'type':'error','error':{'type':'invalid_request_error','message':'no such"
                    + " model'}}")),
        shape(
            "words that are a trick",
            "!a b \\u202e",
            event("{'type':'error','error':{'message':'a\\nb \\u202e'}}")),
        shape(
            "a piece of nothing",
            "!has not begun",
            START,
            input("0", "{}"),
            ended("tool_use"),
            STOP),
        shape(
            "arguments that are no JSON",
            "!arguments that are not JSON",
            START,
            tool("0", "t1", "{}"),
            input("0", "{"),
            done("0"),
            ended("tool_use"),
            STOP),
        shape(
            "a call cut for its length",
            "!!maxTokens",
            START,
            tool("0", "t1", "{}"),
            ended("max_tokens"),
            STOP));
  }

  static List<StreamShape> forms() {
    StreamShape good =
        shape("good", "hi /stop 9+0>4", START, TEXT, HI, done("0"), ended("end_turn"), STOP);
    String json =
        "{'id':'m1','type':'message','role':'assistant','content':[{'type':'text','text':'hi'}],'stop_reason':'end_turn','usage':{'input_tokens':9,'output_tokens':4}}"
            .replace('\'', '"');
    String rome = "{\\\"city\\\":\\\"Rome\\\"}";
    String called = "[t1 weather {\"city\":\"Rome\"}]";
    String end = ended("tool_use") + STOP;
    return List.of(
        good.typed("text/plain"),
        good.zipped(),
        good.zipped().without(60).expecting("!broke off"),
        good.inBytes(),
        good.replaced("\n", "\r\n"),
        good.replaced("\n", "\r\n").inBytes(),
        good.replaced("\n", "\r"),
        good.replaced(": ", ":"),
        good.replaced("event: message_start", "\uFEFFevent: message_start"),
        good.replaced("\"delta\":", "\ndata: \"delta\":"),
        good.replaced("event: ", ": here\n\nid: 1\nevent: "),
        good.replaced("event: message_stop\n", "").replaced("event: ping\n", ""),
        good.replaced("\"type\":\"message_stop\"", ""),
        good.replaced("\"index\":0,", ""),
        good.replaced("\n\n", "\n"),
        shape(
                "letters cut in two",
                "grüße 🦀 /stop 9+0>4",
                START,
                TEXT,
                said("grüße 🦀"),
                done("0"),
                ended("end_turn"),
                STOP)
            .inBytes(),
        shape("not streamed", "hi /stop 9+0>4", json).typed("application/json"),
        shape("not streamed, over lines", "hi /stop 9+0>4", json.replace(",", ",\n"))
            .typed("application/json"),
        shape("not streamed, cut", "!broke off", json.substring(0, 60)).typed("application/json"),
        shape(
            "not streamed, a call",
            called + " /toolUse",
            "{\"type\":\"message\",\"content\":[{\"type\":\"tool_use\",\"id\":\"t1\",\"name\":\"weather\",\"input\":{\"city\":\"Rome\"}}],\"stop_reason\":\"tool_use\"}"),
        shape("no begin of the block", "hi /stop 9+0>4", START, HI, ended("end_turn"), STOP),
        shape("no end of the block", "hi /stop 9+0>4", START, TEXT, HI, ended("end_turn"), STOP),
        shape(
            "an unknown event",
            "hi /stop 9+0>4",
            START,
            event("{'type':'moon','phase':3}"),
            TEXT,
            HI,
            ended("end_turn"),
            STOP),
        shape(
            "only thoughts",
            "!thought, but said nothing",
            START,
            begun("0", "{'type':'thinking','thinking':''}"),
            delta("0", "{'type':'thinking_delta','thinking':'hm'}"),
            done("0"),
            ended("end_turn"),
            STOP),
        shape(
            "only hidden thoughts",
            "!thought, but said nothing",
            START,
            begun("0", "{'type':'redacted_thinking','data':'x'}"),
            done("0"),
            ended("end_turn"),
            STOP),
        shape(
            "a call",
            called + " /toolUse 9+0>4",
            START,
            tool("0", "t1", "{}"),
            input("0", ""),
            input("0", rome),
            done("0"),
            end),
        shape(
            "a call at once",
            called + " /toolUse 9+0>4",
            START,
            tool("0", "t1", "{'city':'Rome'}"),
            done("0"),
            end),
        shape(
            "a call without its end",
            called + " /toolUse 9+0>4",
            START,
            tool("0", "t1", "{}"),
            input("0", rome),
            end),
        shape(
            "index 0 twice",
            called + " [t2 weather {}] /toolUse 9+0>4",
            START,
            tool("0", "t1", "{}"),
            input("0", rome),
            done("0"),
            tool("0", "t2", "{}"),
            done("0"),
            end),
        shape(
            "equal ids",
            called + " [call00001 weather {}] /toolUse 9+0>4",
            START,
            tool("0", "t1", "{}"),
            input("0", rome),
            done("0"),
            tool("1", "t1", "{}"),
            done("1"),
            end),
        shape(
            "no id",
            called.replace("t1", "call00001") + " /toolUse 9+0>4",
            START,
            tool("0", "", "{}"),
            input("0", rome),
            done("0"),
            end));
  }

  @ParameterizedTest
  @MethodSource({"ends", "errors", "forms"})
  void eachShapeIsAnAnswerOrAFailure(StreamShape shape) {
    shape.play(provider);
  }

  /** Cut anywhere it is none. */
  @Test
  void anAnswerIsWholeOrNone() {
    String good = START + TEXT + said("ü") + said(" hi") + done("0") + ended("end_turn") + STOP;
    int all = good.getBytes(StandardCharsets.UTF_8).length;
    StreamShape shape = shape("cut", "", good);
    for (int cut = 0; cut <= all; cut++) {
      provider.plays(Map.of("content-type", SSE), shape.without(all - cut).pieces());
      ProviderDouble.Asking asking = provider.ask("x");
      if (cut < all - 2) {
        assertThat(StreamShape.failure(asking).isPassing()).as("cut at %d", cut).isTrue();
      } else {
        assertThat(asking.answer().await().text()).as("cut at %d", cut).isEqualTo("ü hi");
      }
    }
  }
}
