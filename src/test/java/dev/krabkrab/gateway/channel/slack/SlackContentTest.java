package dev.krabkrab.gateway.channel.slack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.krabkrab.gateway.channel.Said.Quote;
import dev.krabkrab.gateway.platform.protocol.Json5;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlackContentTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      textBlock =
          """
          see <https://e.example/?a=1&amp;b=2>     ¦ see https://e.example/?a=1&b=2
          <https://e.example|here> and             ¦ here (https://e.example) and
          <http://e.example|e.example>             ¦ http://e.example
          <mailto:a@e.example|a@e.example>         ¦ mailto:a@e.example
          <@U1> <@U2|bob> <#C1> <#C2|lab>          ¦ @U1 @bob #C1 #lab
          <!here> <!channel> <!subteam^S1|@team>   ¦ @here @channel @team
          &lt;https://e.example|x&gt; a &lt; b     ¦ <https://e.example|x> a < b
          a < b $1 \\                              ¦ a < b $1 \\
          """)
  void wordsAreWhatPeopleSee(String text, String words) {
    assertThat(SlackContent.words(text)).isEqualTo(words);
  }

  @Test
  void whatIsSharedIsQuoted() {
    assertThat(SlackContent.quote(Json5.parse("{}"))).isNull();
    assertThat(
            SlackContent.quote(
                Json5.parse(
                    "{attachments:[{author_name:'Bob',text:'hi <@U1>',from_url:'https://s/p1'},"
                        + "{title:'A page',title_link:'https://e.example',text:'about'}]}")))
        .isEqualTo(new Quote("Bob", "hi @U1\nhttps://s/p1\nA page\nabout\nhttps://e.example"));
  }
}
