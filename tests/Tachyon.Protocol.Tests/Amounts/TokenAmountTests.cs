using System.Numerics;
using Tachyon.Protocol.Amounts;

namespace Tachyon.Protocol.Tests.Amounts;

public class TokenAmountTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("1", "1000000000000000000")]
    [InlineData("0.000000000000000001", "1")]
    [InlineData("12.5", "12500000000000000000")]
    [InlineData("1000000000000.25", "1000000000000250000000000000000")]
    public void TokenAmount_AsPeopleWriteIt_ReadsAndWrites(string tokens, string baseUnits)
    {
        Assert.True(TokenAmount.TryParseTokens(tokens, out TokenAmount amount));
        Assert.Equal(baseUnits, amount.ToString());
        Assert.Equal(tokens, amount.ToTokens());
        Assert.Equal(amount, TokenAmount.Parse(baseUnits));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".5")]
    [InlineData("1.")]
    [InlineData("-1")]
    [InlineData("1e3")]
    [InlineData("1,5")]
    [InlineData("1.2.3")]
    [InlineData(" 1")]
    [InlineData("0.0000000000000000001")]
    public void TokenAmount_FromTextThatIsNone_IsRefused(string? text) => Assert.False(TokenAmount.TryParseTokens(text, out _));

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("0x1")]
    [InlineData("")]
    public void TokenAmount_FromBaseUnitsThatAreNone_IsRefused(string text)
    {
        Assert.False(TokenAmount.TryParse(text, out _));
        Assert.Throws<FormatException>(() => TokenAmount.Parse(text));
    }

    [Fact]
    public void TokenAmount_BelowZero_CannotBe()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenAmount(BigInteger.MinusOne));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenAmount(1) - new TokenAmount(2));
    }

    [Fact]
    public void TokenAmount_ThroughTokens_ComesBackTheSame() => Properties.Hold((Guid number) =>
    {
        var amount = new TokenAmount(new BigInteger(number.ToByteArray(), isUnsigned: true));
        return TokenAmount.TryParseTokens(amount.ToTokens(), out TokenAmount read) && read == amount;
    });
}
