package dev.krabkrab.gateway.agent.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The shapes that answers of OpenAI-compatible servers have, good ones and others. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenAiStreamTest {
  private static final String SSE = "text/event-stream";
  private static final String DONE = "data: [DONE]\n\n";
  private static final String HI = said("hi");
  private static final String STOP = ended("stop");
  private static final String USAGE =
      data("{'choices':[],'usage':{'prompt_tokens':9,'completion_tokens':4}}");

  private final ProviderDouble provider = new ProviderDouble("openai-completions", "");

  @AfterAll
  void stop() {
    provider.close();
  }

  private static String data(String json) {
    return "data: " + json.replace('\'', '"') + "\n\n";
  }

  private static String delta(String delta) {
    return data(
        "{'id':'c','object':'chat.completion.chunk','choices':[{'index':0,'delta':"
            + delta
            + ",'finish_reason':null}]}");
  }

  private static String said(String words) {
    return delta("{'content':'" + words + "'}");
  }

  private static String ended(String reason) {
    return data("{'choices':[{'index':0,'delta':{},'finish_reason':'" + reason + "'}]}");
  }

  private static String call(String call) {
    return delta("{'tool_calls':[" + call + "]}");
  }

  private static String piece(String index, String id, String name, String arguments) {
    List<String> fields = new ArrayList<>();
    if (!index.isEmpty()) {
      fields.add("'index':" + index);
    }
    if (!id.isEmpty()) {
      fields.add("'id':'" + id.replace("-", "") + "'");
    }
    String called = name.isEmpty() ? "" : "'name':'" + name + "',";
    String escaped = arguments.replace("'", "\\'");
    fields.add("'type':'function','function':{" + called + "'arguments':'" + escaped + "'}");
    return "{" + String.join(",", fields) + "}";
  }

  private static StreamShape shape(String name, String expected, String... body) {
    return StreamShape.of(SSE, name, expected, body);
  }

  static List<StreamShape> ends() {
    return List.of(
        shape("as it should be", "hi /stop 9+0>4", HI, STOP, USAGE, DONE),
        shape("no [DONE]", "hi /stop", HI, STOP),
        shape("no [DONE], with usage", "hi /stop 9+0>4", HI, STOP, USAGE),
        shape("no finish_reason, [DONE]", "!finish_reason", HI, DONE),
        shape("no finish_reason, usage, [DONE]", "!finish_reason", HI, USAGE, DONE),
        shape("neither", "!broke off", HI),
        shape("an empty finish_reason throughout", "!finish_reason", HI, ended(""), DONE),
        shape("[DONE] alone", "!finish_reason", DONE),
        shape("an empty body", "!nothing"),
        shape("blank lines", "!nothing", "\n\n\r\n\n"),
        shape("comments only", "!nothing", ": ping\n\n: ping\n\n"),
        shape("cut in a line", "!broke off", HI, "data: {\"choices\":[{\"del"),
        shape("cut after a line", "!broke off", HI, STOP.substring(0, 20), "\n\n"),
        shape("an end without its empty line", "hi /stop", HI, STOP.strip()),
        shape("a usage that is cut", "hi /stop", HI, STOP, USAGE.substring(0, 30)),
        shape(
            "usage null, then late",
            "hi /stop 9+0>4",
            HI,
            STOP.replace("}]}", "}],\"usage\":null}"),
            USAGE,
            DONE),
        shape(
            "usage in each piece",
            "hi /stop 9+0>4",
            HI.replace("'id'", "'usage':{'prompt_tokens':9},'id'"),
            USAGE,
            STOP,
            DONE),
        shape(
            "usage within the choice",
            "hi /stop 9+0>4",
            HI,
            data(
                "{'choices':[{'delta':{},'finish_reason':'stop','usage':{'prompt_tokens':9,'completion_tokens':4}}]}"),
            DONE),
        shape(
            "what was cached",
            "hi /stop 4+5>4",
            HI,
            STOP,
            data(
                "{'choices':[],'usage':{'prompt_tokens':9,'completion_tokens':4,'prompt_tokens_details':{'cached_tokens':5}}}"),
            DONE),
        shape("cut for its length", "hi /length", HI, ended("length"), DONE),
        shape("length without words", "!!maxTokens", ended("length"), DONE),
        shape("stop without words", "!said nothing", STOP, DONE),
        shape("a filter", "!!content_filter", ended("content_filter"), DONE),
        shape("a filter after words", "!!content_filter", HI, ended("content_filter"), DONE),
        shape("an error as the reason", "!finish_reason: error", HI, ended("error"), DONE),
        shape(
            "no resources",
            "!insufficient_system_resource",
            ended("insufficient_system_resource"),
            DONE),
        shape("a reason nobody knows", "!!moon", HI, ended("moon"), DONE),
        shape("other words for an end", "hi /stop", HI, ended("eos_token"), DONE),
        shape(
            "a reason with words",
            "hi /stop",
            HI.replace("null}", "'stop'}").replace('\'', '"'),
            DONE));
  }

  static List<StreamShape> errors() {
    String error = "{'error':{'message':'Rate limit reached','code':429}}";
    return List.of(
        shape("an error and [DONE]", "!Rate limit reached", data(error), DONE),
        shape("an error alone", "!Rate limit reached", data(error)),
        shape("an error after words", "!Rate limit reached", HI, data(error), DONE),
        shape("an error after the reason", "!Rate limit reached", HI, STOP, data(error), DONE),
        shape("an error as text", "!out of memory", data("{'error':'out of memory'}"), DONE),
        shape(
            "an error in an event of its own",
            "!Rate limit reached",
            "event: error\n",
            data(error)),
        shape(
            "an event of plain text",
            "!upstream is gone",
            "event: error\ndata: upstream is gone\n\n"),
        shape("an event without known words", "!oops", "event: error\n", data("{'oops':1}")),
        shape(
            "a field of its own",
            "!Rate limit reached",
            "error: " + error.replace('\'', '"') + "\n\n"),
        shape("a line without a field", "!Rate limit reached", HI, error.replace('\'', '"') + "\n"),
        shape(
            "plain text as data",
            "!Internal Server Error",
            "data: Internal Server Error\n\n",
            DONE),
        shape(
                "plain text instead",
                "!upstream connect error",
                "upstream connect error or disconnect")
            .typed("text/plain"),
        shape("JSON with 200", "!Rate limit reached", error.replace('\'', '"'))
            .typed("application/json"),
        shape("an array of them", "!Rate limit reached", "[" + error.replace('\'', '"') + "]")
            .typed("application/json"),
        shape(
                "HTML with 200",
                "!Bad gateway",
                "<!DOCTYPE html>\n"
                    + "<html><head><title>Bad gateway</title></head>\n"
                    + "<style>\n"
                    + "{ a: b }\n"
                    + "</style></html>")
            .typed("text/html"),
        shape("HTML that calls itself a stream", "!Sign in", "<html><title>Sign in</title></html>"),
        shape(
            "the old form of vLLM",
            "!no such thing",
            data("{'object':'error','message':'no such thing','code':500}"),
            DONE),
        shape("FastAPI's form", "!not found here", data("{'detail':'not found here'}"), DONE),
        shape(
            "MiniMax's form",
            "!no balance",
            data("{'choices':null,'base_resp':{'status_code':1008,'status_msg':'no balance'}}"),
            DONE),
        shape(
            "Cloudflare's form",
            "!no capacity",
            data("{'errors':[{'message':'no capacity','code':3040}],'success':false}")),
        shape(
            "OpenRouter's form",
            "!went away",
            data(
                "{'error':{'code':502,'message':'went"
                    + " away'},'choices':[{'index':0,'delta':{'content':''},'finish_reason':'error'}]}"),
            DONE),
        shape(
            "an error within the choice",
            "!went away",
            data(
                "{'choices':[{'index':0,'error':{'message':'went"
                    + " away','code':502},'delta':{},'finish_reason':'stop'}]}"),
            DONE),
        shape(
            "an error that is null",
            "hi /stop",
            HI.replace("{\"id\"", "{\"error\":null,\"id\""),
            STOP,
            DONE),
        shape(
            "a wrong key",
            "!!Incorrect API key",
            data("{'error':{'message':'Incorrect API key','type':'invalid_request_error'}}"),
            DONE),
        shape(
            "words that are a trick",
            "!line two \\u202e \\u001b[31m",
            data("{'error':{'message':'line one\\nline two \\u202e \\u001b[31m'}}"),
            DONE),
        shape(
            "a long story",
            "!aaaa",
            data("{'error':{'message':'" + "a".repeat(9_000) + "'}}"),
            DONE));
  }

  static List<StreamShape> forms() {
    String whole = HI + STOP + DONE;
    String json =
        "{'choices':[{'index':0,'message':{'role':'assistant','content':'hi'},'finish_reason':'stop'}],'usage':{'prompt_tokens':9,'completion_tokens':4}}"
            .replace('\'', '"');
    StreamShape good = shape("good", "hi /stop", whole);
    return List.of(
        good.typed("text/plain"),
        good.typed("application/json"),
        good.zipped(),
        good.inBytes(),
        good.replaced("\n", "\r\n"),
        good.replaced("\n", "\r\n").inBytes(),
        good.replaced("\n", "\r"),
        good.replaced("data: ", "data:"),
        good.replaced("data: {\"id\"", "\uFEFFdata: {\"id\""),
        good.replaced("data: {\"id\":\"c\",", "data: {\"id\":\"c\",\ndata: "),
        good.replaced("\n\n", "\n"),
        good.replaced("data: ", "event: message\nid: 7\nretry: 10\ndata: "),
        good.replaced("data: ", ": OPENROUTER PROCESSING\n\ndata: "),
        good.replaced("data: ", "event: ping\ndata: now\n\ndata: "),
        good.replaced("data: ", "data:\n\ndata: "),
        good.replaced("data: ", ""),
        shape("letters cut in two", "grüße 🦀 /stop", said("grüße 🦀"), STOP, DONE).inBytes(),
        shape("letters cut in two, zipped", "grüße 🦀 /stop", said("grüße 🦀"), STOP, DONE)
            .zipped(),
        good.zipped().without(40).expecting("!broke off"),
        shape("not streamed", "hi /stop 9+0>4", json).typed("application/json"),
        shape(
                "not streamed, over many lines",
                "hi /stop 9+0>4",
                json.replace("{", "{\n").replace(",", ",\n"))
            .typed("application/json"),
        shape("not streamed, as one event", "hi /stop 9+0>4", "data: ", json, "\n\n", DONE),
        shape("not streamed, cut", "!broke off", json.substring(0, 70)).typed("application/json"),
        shape(
            "no index of the choice",
            "hi /stop",
            data("{'choices':[{'delta':{'content':'hi'},'finish_reason':'stop'}]}"),
            DONE),
        shape(
            "another index",
            "hi /stop",
            data("{'choices':[{'index':3,'delta':{'content':'hi'},'finish_reason':'stop'}]}"),
            DONE),
        shape(
            "more choices than asked for",
            "hi /stop",
            HI,
            HI.replace("\"index\":0", "\"index\":1"),
            STOP,
            DONE),
        shape(
            "content null, role alone",
            "hi /stop",
            delta("{'role':'assistant','content':null}"),
            HI,
            STOP,
            DONE),
        shape(
            "content in blocks",
            "hi /stop",
            delta("{'content':[{'type':'thinking','thinking':[]},{'type':'text','text':'hi'}]}"),
            STOP,
            DONE),
        shape("a delta that is null", "hi /stop", delta("null"), HI, STOP, DONE),
        shape("a refusal", "I will not /stop", delta("{'refusal':'I will not'}"), STOP, DONE),
        shape(
            "only reasoning_content",
            "!thought, but said nothing",
            delta("{'reasoning_content':'hm'}"),
            STOP,
            DONE),
        shape(
            "only reasoning",
            "!thought, but said nothing",
            delta("{'reasoning':'hm','content':''}"),
            STOP,
            DONE),
        shape(
            "only reasoning_details",
            "!thought",
            delta("{'reasoning_details':[{'type':'reasoning.text','text':'hm'}]}"),
            STOP,
            DONE),
        shape(
            "only thinking", "!thought, but said nothing", delta("{'thinking':'hm'}"), STOP, DONE),
        shape(
            "reasoning, then words",
            "hi /stop",
            delta("{'reasoning_content':'hm'}"),
            HI,
            STOP,
            DONE),
        shape(
            "a filter's report first",
            "hi /stop",
            data("{'choices':[],'prompt_filter_results':[{}]}"),
            HI,
            STOP,
            DONE));
  }

  static List<StreamShape> calls() {
    String berlin = "{\\\"city\\\":\\\"Berlin\\\"}";
    String rome = "{\\\"city\\\":\\\"Rome\\\"}";
    String both = "[a weather {\"city\":\"Berlin\"}] [b weather {\"city\":\"Rome\"}] /toolUse";
    String own = both.replace("[a", "[call00001").replace("[b", "[call00002");
    String end = ended("tool_calls") + DONE;
    return List.of(
        shape(
            "as it should be",
            both,
            call(piece("0", "a", "weather", "")),
            call(piece("0", "", "", berlin)),
            call(piece("1", "b", "weather", rome)),
            end),
        shape(
            "index 0 twice",
            both,
            call(piece("0", "a", "weather", berlin)),
            call(piece("0", "b", "weather", rome)),
            end),
        shape(
            "index 0 twice, in one",
            both,
            call(piece("0", "a", "weather", berlin) + "," + piece("0", "b", "weather", rome)),
            end),
        shape(
            "no index",
            both,
            call(piece("", "a", "weather", berlin)),
            call(piece("", "b", "weather", rome)),
            end),
        shape(
            "no index, pieces",
            both,
            call(piece("", "a", "weather", "")),
            call(piece("", "", "", berlin)),
            call(piece("", "b", "weather", "")),
            call(piece("", "b", "", rome)),
            end),
        shape(
            "neither index nor id",
            own,
            call(piece("", "", "weather", berlin) + "," + piece("", "", "weather", rome)),
            end),
        shape(
            "neither, one by one",
            own,
            call(piece("", "", "weather", berlin)),
            call(piece("", "", "weather", rome)),
            end),
        shape(
            "no ids",
            own,
            call(piece("0", "", "weather", berlin)),
            call(piece("1", "", "weather", rome)),
            end),
        shape(
            "no ids, one index",
            own,
            call(piece("0", "", "weather", berlin)),
            call(piece("0", "", "weather", rome)),
            end),
        shape(
            "empty ids",
            own,
            call(piece("0", "-", "weather", berlin)),
            call(piece("1", "-", "weather", rome)),
            end),
        shape(
            "equal ids",
            both.replace("[b", "[call00001"),
            call(piece("0", "a", "weather", berlin)),
            call(piece("1", "a", "weather", rome)),
            end),
        shape(
            "the name again",
            both.substring(0, both.indexOf(" [b")) + " /toolUse",
            call(piece("0", "a", "weather", "")),
            call(piece("0", "a", "weather", "{\\\"city\\\":")),
            call(piece("0", "a", "weather", "\\\"Berlin\\\"}")),
            end),
        shape(
            "the name in pieces",
            both.substring(0, both.indexOf(" [b")) + " /toolUse",
            call(piece("0", "a", "wea", "")),
            call(piece("0", "", "ther", "")),
            call(piece("0", "", "", berlin)),
            end),
        shape(
            "other names, one index",
            own.replace("[call00002 weather", "[call00002 clock"),
            call(piece("0", "", "weather", berlin)),
            call(piece("0", "", "clock", rome)),
            end),
        shape(
            "all of it again",
            both.substring(0, both.indexOf(" [b")) + " /toolUse",
            call(piece("0", "a", "weather", berlin)),
            call(piece("0", "a", "weather", berlin)),
            end),
        shape(
            "a strange number",
            both,
            call(piece("-1", "a", "weather", berlin)),
            call(piece("7", "b", "weather", rome)),
            end),
        shape("no arguments", "[a weather {}] /toolUse", call(piece("0", "a", "weather", "")), end),
        shape(
            "arguments as an object",
            "[a weather {\"city\":\"Berlin\"}] /toolUse",
            call(
                "{'index':0,'id':'a','function':{'name':'weather','arguments':{'city':'Berlin'}}}"),
            end),
        shape(
            "an empty object first",
            "[a weather {\"city\":\"Berlin\"}] /toolUse",
            call(piece("0", "a", "weather", "{}")),
            call(piece("0", "", "", berlin)),
            end),
        shape(
            "the end says stop",
            "[a weather {\"city\":\"Berlin\"}] /toolUse",
            call(piece("0", "a", "weather", berlin)),
            STOP,
            DONE),
        shape(
            "the older form",
            "[call00001 weather {\"city\":\"Berlin\"}] /toolUse",
            delta("{'function_call':{'name':'weather','arguments':''}}"),
            delta("{'function_call':{'arguments':'" + berlin + "'}}"),
            ended("function_call"),
            DONE),
        shape(
            "not streamed",
            "[a weather {\"city\":\"Berlin\"}] /toolUse",
            data(
                "{'choices':[{'message':{'content':null,'tool_calls':["
                    + piece("", "a", "weather", berlin)
                    + "]},'finish_reason':'tool_calls'}]}")),
        shape("no name", "!without its name", call(piece("0", "a", "", berlin)), end),
        shape(
            "arguments that are no JSON",
            "!arguments that are not JSON",
            call(piece("0", "a", "weather", "{\\\"city\\\":")),
            end),
        shape("cut in its arguments", "!broke off", call(piece("0", "a", "weather", berlin))),
        shape(
            "cut for its length",
            "!!maxTokens",
            call(piece("0", "a", "weather", "")),
            ended("length"),
            DONE));
  }

  @ParameterizedTest
  @MethodSource({"ends", "errors", "forms", "calls"})
  void eachShapeIsAnAnswerOrAFailure(StreamShape shape) {
    shape.play(provider);
  }

  /** Cut anywhere: a failure, or the answer where only its end, or what it cost, was to come. */
  @Test
  void anAnswerIsWholeOrNone() {
    String good =
        delta("{'reasoning_content':'hm'}") + said("ü") + said(" hi") + STOP + USAGE + DONE;
    byte[] all = good.getBytes(StandardCharsets.UTF_8);
    int whole =
        (good.substring(0, good.indexOf(STOP)) + STOP.strip())
            .getBytes(StandardCharsets.UTF_8)
            .length;
    StreamShape shape = shape("cut", "", good);
    for (int cut = 0; cut <= all.length; cut++) {
      StreamShape part = shape.without(all.length - cut);
      provider.plays(Map.of("content-type", SSE), part.pieces());
      ProviderDouble.Asking asking = provider.ask("x");
      if (cut < whole) {
        assertThat(StreamShape.failure(asking).isPassing()).as("cut at %d", cut).isTrue();
      } else {
        assertThat(asking.answer().await().text()).as("cut at %d", cut).isEqualTo("ü hi");
      }
    }
  }
}
