package dev.krabkrab.gateway.agent.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.platform.protocol.Json;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** In whose words a conversation is too long, and in which words something else is wrong. */
class ContextOverflowTest {
  private static ModelFailure failure(int status, String body) {
    ProviderError error = ProviderError.inOther(Json.parseObject(body.replace('\'', '"')));
    assertThat(error).isNotNull();
    return status == 200 ? error.failure() : error.failure(status, 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          400 | {'error':{'message':'This model’s maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.','code':'context_length_exceeded'}} | 8192 | 0
          400 | {'error':{'message':'This model\\u0027s maximum context length is 4096 tokens. However, you requested 5000 tokens (904 in the messages, 4096 in the completion).','type':'invalid_request_error'}} | 4096 | 5000
          400 | {'error':{'message':'Your input exceeds the context window of this model. Please adjust your input and try again.','code':'context_length_exceeded'}} | 0 | 0
          400 | {'error':{'code':400,'message':'request (9412 tokens) exceeds the available context size (8192 tokens), try increasing it','type':'exceed_context_size_error','n_prompt_tokens':9412,'n_ctx':8192}} | 8192 | 9412
          500 | {'error':{'code':500,'message':'the request exceeds the available context size. try increasing the context size or enable context shift','type':'server_error'}} | 0 | 0
          200 | {'error':'Context size has been exceeded.'} | 0 | 0
          400 | {'error':'Trying to keep the first 4123 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens, which is not enough.'} | 4096 | 4123
          400 | {'error':'The number of tokens to keep from the initial prompt is greater than the context length. Try to load the model with a larger context length'} | 0 | 0
          400 | {'object':'error','message':'This model\\u0027s maximum context length is 4096 tokens. However, you requested 5012 tokens in the messages','type':'BadRequestError','code':400} | 4096 | 5012
          400 | {'error':{'message':'The decoder prompt (length 5000) is longer than the maximum model length of 4096. Make sure that max_model_len is no smaller.'}} | 4096 | 5000
          400 | {'error':{'message':'You passed 3000 input tokens and requested 2000 output tokens. However, the model\\u0027s context length is only 4096 tokens'}} | 4096 | 2000
          400 | {'message':'The input (5000 tokens) is longer than the model\\u0027s context length (4096 tokens).'} | 4096 | 0
          400 | {'type':'error','error':{'type':'invalid_request_error','message':'prompt is too long: 208310 tokens > 200000 maximum'}} | 200000 | 208310
          400 | {'type':'error','error':{'type':'invalid_request_error','message':'input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000, decrease input length or `max_tokens` and try again'}} | 200000 | 0
          413 | {'type':'error','error':{'type':'request_too_large','message':'Request exceeds the maximum size'}} | 0 | 0
          400 | {'error':'the input length exceeds the context length'} | 0 | 0
          500 | {'error':'prompt too long; exceeded max context length by 120 tokens'} | 0 | 0
          400 | {'error':{'message':'This endpoint\\u0027s maximum context length is 163840 tokens. However, you requested about 200123 tokens (190000 of text input, 10123 in the output). Please reduce the length of either one.','code':400}} | 163840 | 200123
          400 | {'error':{'message':'This model\\u0027s maximum context length is 65536 tokens. However, you requested 70000 tokens (66000 in the messages, 4000 in the completion).','type':'invalid_request_error'}} | 65536 | 70000
          400 | {'object':'error','message':'Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length','type':'invalid_request_error'} | 32768 | 40000
          422 | {'detail':[{'msg':'prompt has 40,000 tokens, but the configured context size is 32,768 tokens','type':'value_error'}]} | 32768 | 40000
          400 | {'error':{'code':400,'message':'The input token count (1048577) exceeds the maximum number of tokens allowed (1048576).','status':'INVALID_ARGUMENT'}} | 1048576 | 1048577
          400 | {'error':{'message':'Please reduce the length of the messages or completion. Current length is 9000 while limit is 8192','code':'context_length_exceeded'}} | 8192 | 9000
          400 | {'error':{'message':'This model\\u0027s maximum prompt length is 131072 but the request contains 537812 tokens.'}} | 131072 | 537812
          400 | {'error':{'message':'prompt token count of 130000 exceeds the limit of 128000','code':'model_max_prompt_tokens_exceeded'}} | 128000 | 130000
          422 | {'error':'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` tokens and 100 `max_new_tokens`','error_type':'validation'} | 4096 | 5000
          400 | {'error':{'message':'Invalid request: Your request exceeded model token limit: 8192 (requested: 9000)'}} | 8192 | 9000
          400 | {'error':{'message':'Range of input length should be [1, 30720]','code':'invalid_parameter_error'}} | 30720 | 0
          400 | {'message':'too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 5000'} | 4081 | 0
          400 | {'base_resp':{'status_code':2013,'status_msg':'invalid params, context window exceeds limit (2013)'}} | 0 | 0
          400 | {'error':{'message':'Requested tokens (5000) exceed context window of 2048','type':'invalid_request_error'}} | 2048 | 5000
          400 | {'message':'Input is too long for requested model.'} | 0 | 0
          400 | {'error':{'message':'litellm.ContextWindowExceededError: upstream','code':'400'}} | 0 | 0
          400 | {'error':{'message':'The prompt is too long: 200000, model maximum context length: 131071','code':'400'}} | 131071 | 200000
          400 | {'error':{'message':'输入内容超过模型上下文长度限制，输入过长'}} | 0 | 0
          """)
  void aConversationIsTooLong(int status, String body, int limit, int asked) {
    ModelFailure failure = failure(status, body);
    assertThat(failure.tooLong()).as("%s", failure.getMessage()).isNotNull();
    assertThat(failure.tooLong().limit()).as("limit of %s", failure.getMessage()).isEqualTo(limit);
    if (asked > 0) {
      assertThat(failure.tooLong().requested()).isEqualTo(asked);
    }
    assertThat(failure.isPassing()).isFalse();
    assertThat(failure.isOfThisModel()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "429 {'error':{'message':'Request too large for gpt-x on tokens per min (TPM): Limit 10000,"
            + " Requested 20000. The input or output tokens must be"
            + " reduced.','code':'rate_limit_exceeded'}}",
        "413 {'error':{'message':'Request too large for model `m` on tokens per minute (TPM): Limit"
            + " 6000, Requested 9000','code':'rate_limit_exceeded'}}",
        "400 {'error':{'message':'max_tokens is too large: 100000. This model supports at most"
            + " 16384 completion tokens'}}",
        "400 {'type':'error','error':{'type':'invalid_request_error','message':'max_tokens: 100000"
            + " > 8192, which is the maximum allowed number of output tokens'}}",
        "400 {'error':{'message':'image exceeds 5 MB maximum: 6000000 bytes > 5242880 bytes'}}",
        "429 {'error':{'message':'Too many tokens, please wait before trying again.'}}",
        "402 {'error':{'message':'This request requires more credits, or fewer max_tokens. You"
            + " requested up to 65536 tokens'}}",
        "400 {'error':{'message':'Invalid tool name: name is too long'}}",
        "400 {'error':{'message':'mock failure'}}",
        "401 {'error':{'message':'Incorrect API key provided'}}",
        "503 {'error':{'message':'The server is overloaded'}}",
        "429 {'error':{'message':'You exceeded your current quota','code':'insufficient_quota'}}"
      })
  void somethingElseIsWrong(String told) {
    ModelFailure failure = failure(Integer.parseInt(told.substring(0, 3)), told.substring(4));
    assertThat(failure.tooLong()).as("%s", failure.getMessage()).isNull();
  }
}
