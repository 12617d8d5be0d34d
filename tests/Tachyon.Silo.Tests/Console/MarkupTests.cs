using System.Numerics;
using System.Security.Cryptography;
using Tachyon.Grains;
using Tachyon.Protocol.Amounts;
using Tachyon.Silo.Console.Markup;

namespace Tachyon.Silo.Tests.Console;

/// <summary>What pages are made of.</summary>
public sealed class MarkupTests
{
    [Fact]
    public void Values_AreEncoded_AndMarkupIsNot()
    {
        var hostile = "<img src=x onerror=\"alert('1')\">&";

        Assert.Equal(
            "<p title=\"&lt;img src=x onerror=&quot;alert(&#x27;1&#x27;)&quot;&gt;&amp;\"><b>é – 漢</b></p>",
            Html.Of($"<p title=\"{hostile}\">{Html.Of($"<b>{"é – 漢"}</b>")}</p>").ToString());
        Assert.Equal("<i>1</i><i>2</i>", Html.Of($"{new[] { 1, 2 }.Select(number => Html.Of($"<i>{number}</i>"))}").ToString());
        Assert.Equal("", Html.Of($"{(string?)null}{Html.Empty}").ToString());
    }

    [Theory]
    [InlineData(0, "0.000 MB")]
    [InlineData(1_234_567, "1.235 MB")]
    [InlineData(9_999_999_000, "9,999.999 MB")]
    [InlineData(20_000_000_000, "20.000 GB")]
    public void Bytes_AreShownInTheirUnit(ulong bytes, string expected) => Assert.Equal(expected, Show.Bytes(bytes));

    [Theory]
    [InlineData("0", "0 IPX")]
    [InlineData("0.0000000001", "< 0.000001 IPX")]
    [InlineData("0.0125", "0.0125 IPX")]
    [InlineData("12.3456", "12.346 IPX")]
    [InlineData("1234567.89", "1,234,568 IPX")]
    public void Tokens_AreShownAsPeopleReadThem(string tokens, string expected)
    {
        Assert.True(TokenAmount.TryParseTokens(tokens, out var amount));
        Assert.Equal(expected, Show.Tokens(amount));
    }

    [Theory]
    [InlineData(59, "59 s")]
    [InlineData(3_599, "59 min")]
    [InlineData(11_520, "3 h 12 min")]
    [InlineData(200_000, "2 d 7 h")]
    public void Spans_AreShownInTheirTwoGreatestUnits(int seconds, string expected) => Assert.Equal(expected, Show.Span(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void EveryOperation_HasWordsOfItsOwn() => Assert.All(
        Enum.GetValues<IntentKind>().Except([IntentKind.None]), kind => Assert.Equal(Words.Of(kind), Words.Of(kind).ToLowerInvariant()));

    [Fact]
    public void Gas_IsShownInGweiAndEther()
    {
        Assert.Equal("1.500 gwei", Show.Gwei(1_500_000_000));
        Assert.Equal("0.002 ETH", Show.Ether(2 * BigInteger.Pow(10, 15)));
    }

    /// <summary>What others wrote and is shipped with the silo is what they published.</summary>
    [Fact]
    public void VendoredFiles_AreThoseWrittenDown()
    {
        var directory = RepositoryRoot.Combine("src", "Tachyon.Silo", "Console", "assets", "vendor", "uplot");
        var written = File.ReadAllText(Path.Combine(directory, "README.md"));

        string[] files = ["uPlot.iife.min.js", "uPlot.min.css"];
        Assert.All(files, file => Assert.Contains(
            $"| `{file}` | {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(directory, file))))} |", written, StringComparison.Ordinal));
        Assert.StartsWith("The MIT License", File.ReadAllText(Path.Combine(directory, "LICENSE")), StringComparison.Ordinal);
    }
}
