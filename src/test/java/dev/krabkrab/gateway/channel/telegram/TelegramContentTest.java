package dev.krabkrab.gateway.channel.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.krabkrab.gateway.channel.Said.Quote;
import dev.krabkrab.gateway.platform.protocol.Json5;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TelegramContentTest {
  private static ObjectNode message(String text) {
    return (ObjectNode) Json5.parse(text);
  }

  private static String link(long offset, long length, String url) {
    return "{type:'text_link',offset:" + offset + ",length:" + length + ",url:'" + url + "'}";
  }

  @Test
  void addressesStandBehindTheirWords() {
    String links = link(0, 2, "https://a.example") + "," + link(3, 2, "https://b.example");
    assertThat(TelegramContent.words(message("{text:'🦀 no',entities:[" + links + "]}")))
        .isEqualTo("🦀 (https://a.example) no (https://b.example)");
    assertThat(
            TelegramContent.words(
                message("{caption:'ab',caption_entities:[" + link(0, 2, "u") + "]}")))
        .isEqualTo("ab (u)");
    assertThat(
            TelegramContent.words(
                message("{text:'ab',caption_entities:[" + link(0, 2, "u") + "]}")))
        .isEqualTo("ab");
  }

  @ParameterizedTest
  @CsvSource({"-5, 3", "0, 99", "2147483647, 2147483647", "-9, -9", "99, 1"})
  void entitiesOutsideOfTheTextDoNoHarm(long offset, long length) {
    assertThat(
            TelegramContent.words(
                message("{text:'ab',entities:[" + link(offset, length, "u") + "]}")))
        .isEqualTo("ab");
  }

  @ParameterizedTest
  @CsvSource({
    "'{type:\"user\",sender_user:{first_name:\"Bob\"}}', Bob",
    "'{type:\"hidden_user\",sender_user_name:\"Somebody\"}', Somebody",
    "'{type:\"chat\",sender_chat:{title:\"Team\"}}', Team",
    "'{type:\"channel\",chat:{title:\"News\"}}', News"
  })
  void whatIsForwardedIsSomebodyElses(String origin, String from) {
    assertThat(
            TelegramContent.forwarded(message("{text:'hi',forward_origin:" + origin + "}"), "hi"))
        .isEqualTo(new Quote(from, "hi"));
    assertThat(TelegramContent.forwarded(message("{text:'hi'}"), "hi")).isNull();
    assertThat(TelegramContent.forwarded(message("{text:'hi',forward_date:5}"), "hi"))
        .isEqualTo(new Quote("", "hi"));
  }

  @Test
  void whatIsAnsweredIsQuoted() {
    String bob = "from:{first_name:'Bob'}";
    assertThat(TelegramContent.quote(message("{text:'a'}"))).isNull();
    assertThat(TelegramContent.quote(message("{reply_to_message:{text:'all of it'," + bob + "}}")))
        .isEqualTo(new Quote("Bob", "all of it"));
    assertThat(
            TelegramContent.quote(
                message("{quote:{text:'of'},reply_to_message:{text:'all of it'," + bob + "}}")))
        .isEqualTo(new Quote("Bob", "of"));
    assertThat(TelegramContent.quote(message("{quote:{text:'elsewhere'},external_reply:{}}")))
        .isEqualTo(new Quote("", "elsewhere"));
    assertThat(TelegramContent.quote(message("{reply_to_message:{voice:{}," + bob + "}}")))
        .isEqualTo(new Quote("Bob", "(voice messages)"));
    assertThat(
            TelegramContent.quote(
                message("{reply_to_message:{text:'x',forum_topic_created:{}," + bob + "}}")))
        .isNull();
  }

  @Test
  void anAnimationIsNamedOnce() {
    assertThat(
            TelegramContent.kinds(
                message("{animation:{},document:{mime_type:'video/mp4',file_id:'f'}}")))
        .containsExactly("animations");
    assertThat(TelegramContent.kinds(message("{venue:{},location:{}}"))).containsExactly("places");
    assertThat(TelegramContent.kinds(message("{new_chat_members:[{}]}"))).isEmpty();
    assertThat(TelegramContent.picture(message("{document:{mime_type:'image/jpg'}}")).isObject())
        .isTrue();
    assertThat(TelegramContent.picture(message("{document:{mime_type:'image/tiff'}}")).isObject())
        .isFalse();
  }
}
