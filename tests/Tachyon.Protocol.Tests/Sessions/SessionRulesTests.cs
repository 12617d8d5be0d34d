using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Tests.Sessions;

public class SessionRulesTests
{
    private static readonly Terms Terms = TestKeys.Terms();
    private static readonly ChannelId Channel = Terms.ChannelId(TestKeys.Domain);
    private static readonly Bytes32 ConsumerCertificate = Keccak256.HashText("consumer certificate");
    private static readonly Bytes32 ProviderCertificate = Keccak256.HashText("provider certificate");
    private static readonly Bytes32 OtherCertificate = Keccak256.HashText("certificate in between");

    private readonly SignatureVerifier _verifier = new();

    private readonly SessionAuth _consumer =
        SessionRules.Own(Terms, Channel, SessionRole.Consumer, ConsumerCertificate, ProviderCertificate);

    private readonly SessionAuth _provider =
        SessionRules.Own(Terms, Channel, SessionRole.Provider, ProviderCertificate, ConsumerCertificate);

    [Fact]
    public void Session_BetweenThePartiesOfAChannel_IsAcceptedByBoth()
    {
        Assert.Equal(SessionAuthFault.None, Check(_consumer, _provider, TestKeys.Provider));
        Assert.Equal(SessionAuthFault.None, Check(_provider, _consumer, TestKeys.Consumer));
    }

    [Fact]
    public void Session_WithAManInBetween_IsRefusedByBoth()
    {
        // He shows each side a certificate of his own and passes on what the other signed.
        SessionAuth seenByConsumer =
            SessionRules.Own(Terms, Channel, SessionRole.Consumer, ConsumerCertificate, OtherCertificate);
        SessionAuth seenByProvider =
            SessionRules.Own(Terms, Channel, SessionRole.Provider, ProviderCertificate, OtherCertificate);
        Assert.Equal(SessionAuthFault.WrongOwnCertificate, Check(seenByConsumer, seenByProvider, TestKeys.Provider));
        Assert.Equal(SessionAuthFault.WrongOwnCertificate, Check(seenByProvider, seenByConsumer, TestKeys.Consumer));
    }

    [Fact]
    public void Session_WithTheOwnStatementSentBack_IsRefused() =>
        Assert.Equal(SessionAuthFault.WrongRole, Check(_consumer, _consumer, TestKeys.Consumer));

    [Fact]
    public void Session_WithEachFieldWrong_IsRefusedByName()
    {
        (SessionAuth Peer, SessionAuthFault Fault)[] cases =
        [
            (_provider with { ChannelId = new ChannelId(OtherCertificate) }, SessionAuthFault.WrongChannel),
            (_provider with { Role = SessionRole.Consumer }, SessionAuthFault.WrongRole),
            (_provider with { Role = SessionRole.None }, SessionAuthFault.WrongRole),
            (_provider with { Node = TestKeys.Stranger.Address }, SessionAuthFault.WrongNode),
            (_provider with { Peer = TestKeys.Stranger.Address }, SessionAuthFault.WrongPeer),
            (_provider with { OwnCertificate = OtherCertificate }, SessionAuthFault.WrongOwnCertificate),
            (_provider with { PeerCertificate = OtherCertificate }, SessionAuthFault.WrongPeerCertificate),
        ];
        foreach ((SessionAuth peer, SessionAuthFault fault) in cases)
        {
            Assert.Equal(fault, Check(_consumer, peer, TestKeys.Provider));
        }

        Assert.Equal(SessionAuthFault.BadSignature, Check(_consumer, _provider, TestKeys.Stranger));
        Assert.Equal(
            SessionAuthFault.BadSignature,
            SessionRules.Check(_consumer, _provider, default, _verifier, TestKeys.Domain));
    }

    [Fact]
    public void SessionAuth_ForNoRole_CannotBeMade() =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            SessionRules.Own(Terms, Channel, SessionRole.None, ConsumerCertificate, ProviderCertificate));

    private SessionAuthFault Check(SessionAuth own, SessionAuth peer, KeySigner signer) =>
        SessionRules.Check(own, peer, signer.Sign(peer, TestKeys.Domain), _verifier, TestKeys.Domain);
}
