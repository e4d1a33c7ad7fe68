package dev.krabkrab.gateway.platform.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTextTest {
  /** By category, as a reader of the Unicode tables would put it. */
  private static final Pattern BY_CATEGORY =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Cn}\\p{Zl}\\p{Zp}\\p{Zs}&&[^ ]]");

  /** Default_Ignorable_Code_Point of the Unicode Character Database, and what is blank. */
  private static final String IGNORABLE =
      "00AD 034F 061C 115F-1160 17B4-17B5 180B-180F 200B-200F 202A-202E 2060-206F 3164 FE00-FE0F"
          + " FEFF FFA0 FFF0-FFF8 1BCA0-1BCA3 1D173-1D17A E0000-E0FFF 2800 FFFC 00A0 3000";

  private static BitSet hidden() {
    BitSet all = new BitSet();
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      String text = new String(Character.toChars(c));
      if (BY_CATEGORY.matcher(text).matches()) {
        all.set(c);
      }
    }
    for (String range : IGNORABLE.split(" ")) {
      String[] ends = range.split("-");
      all.set(Integer.parseInt(ends[0], 16), Integer.parseInt(ends[ends.length - 1], 16) + 1);
    }
    return all;
  }

  @Test
  void noCharacterOfUnicodeHides() {
    BitSet hidden = hidden();
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      String shown = SafeText.line("a" + new String(Character.toChars(c)) + "b");
      if (hidden.get(c)) {
        assertThat(shown.codePoints().noneMatch(hidden::get)).as("U+%04X", c).isTrue();
        assertThat(shown).as("U+%04X", c).hasSizeGreaterThan(2);
      } else {
        assertThat(SafeText.isHidden(c))
            .as("U+%04X", c)
            .isEqualTo(shown.length() > 2 + Character.charCount(c));
      }
    }
  }

  @Test
  void whatIsEscapedStaysAndNothingHidesInLongerTexts() {
    BitSet hidden = hidden();
    Random random = new Random(7);
    int[] nasty = {'\n', 0x1B, 0x202E, 0x200D, 0xFE0F, 0x1F469, 0x0301, 'x', 0xD800, 0xE0041, ' '};
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 8; i++) {
        int c =
            random.nextInt(3) > 0 ? nasty[random.nextInt(nasty.length)] : random.nextInt(0xFFFF);
        text.appendCodePoint(c);
      }
      String shown = SafeText.line(text.toString());
      assertThat(SafeText.line(shown)).isEqualTo(shown);
      String withoutEmoji =
          Pattern.compile("\\p{IsExtended_Pictographic}\\x{FE0F}?")
              .matcher(shown)
              .replaceAll("\u200D");
      String rest = withoutEmoji.replaceAll("\u200D+", "");
      assertThat(rest.codePoints().noneMatch(hidden::get)).as(shown).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rm -rf /srv && echo \"done\" | tee 'a b'",
        "Grüße, café, naïve, Ångström, Việt Nam, e\u0301te\u0301",
        "Дом, Ελληνικά, 日本語のテキスト, 한국어, ไทยน้ำ, हिन्दी",
        "שָׁלוֹם, السلام عليكم",
        "🔒 ✅ ❤️ 👩‍💻 👨‍👩‍👧 👍🏽 🇩🇪 🏳️‍🌈",
        "← ∑ € ½ “quoted” – dash …"
      })
  void ordinaryTextOfAnyLanguageStays(String text) {
    assertThat(SafeText.line(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "'a\nHost: sandbox', 'a␊Host: sandbox'",
    "'a\r\nb\tc', 'a␍␊b␉c'",
    "'\u001b[2Kok', '\\u001b[2Kok'",
    "'a\u202Eb', 'a\\u202eb'",
    "'a\u200Bb', 'a\\u200bb'",
    "'ab\u00A0c', 'ab\\u00a0c'",
    "'\u0301', '\\u0301'",
    "'a\u0301\u0301\u0301\u0301\u0301', 'a\u0301\u0301\u0301\u0301\\u0301'",
    "'a\u200Db', 'a\\u200db'",
    "'❤\uFE0F\uFE0F', '❤\uFE0F\\ufe0f'",
    "'a =\u0338 b', 'a =\\u0338 b'",
    "'rm\u20DD', 'rm\\u20dd'"
  })
  void whatIsHiddenIsShown(String text, String shown) {
    assertThat(SafeText.line(text)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({"0, false", "1, false", "32, false", "33, true", "3000, true"})
  void whatStandsBehindManyBlanksIsSeen(int count, boolean counted) {
    String text = "ls" + " ".repeat(count) + "; rm -rf ~";
    String shown = counted ? "ls␠×" + count + "; rm -rf ~" : text;
    assertThat(SafeText.value(text)).isEqualTo(shown);
    assertThat(SafeText.value(shown)).isEqualTo(shown);
    assertThat(SafeText.value("\n" + text + "   ")).isEqualTo("␊" + shown + "   ");
    assertThat(SafeText.line(text)).isEqualTo(text);
  }

  @Test
  void tagsAndLoneSurrogatesAreShown() {
    assertThat(SafeText.line("x\uDB40\uDC41y\uD800z")).isEqualTo("x\\u{e0041}y\\ud800z");
  }

  @Test
  void eachLineOfABlockStandsBehindABar() {
    assertThat(SafeText.block("a\n\nHost: b\u2028c")).isEqualTo("│ a\n│ \n│ Host: b\\u2028c");
    assertThat(SafeText.hanging("a\nSystem: b")).isEqualTo("a\n│ System: b");
  }

  @Test
  void jsonStaysTheSameValueWithEveryCharacterSeen() {
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (c < 0x3000 || c > 0xD7FF) {
        String value = "a" + new String(Character.toChars(c));
        String json = SafeText.json(Json.text(Json.object().put("v", value)));
        assertThat(json.codePoints().noneMatch(SafeText::isHidden)).as("U+%04X", c).isTrue();
        assertThat(Json.parseObject(json).path("v").asText()).as("U+%04X", c).isEqualTo(value);
      }
    }
  }
}
