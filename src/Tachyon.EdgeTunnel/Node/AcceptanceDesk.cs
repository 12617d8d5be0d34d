using Microsoft.Extensions.Logging;
using Tachyon.EdgeTunnel.Gateway;
using Tachyon.Protocol;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>Gets a provider's acceptance through the gateway, and believes it only for the signature on it.</summary>
internal sealed partial class AcceptanceDesk(
    GatewayClient gateway, SignatureVerifier verifier, Eip712Domain domain, ILogger<AcceptanceDesk> logger)
{
    // What a transaction needs to be mined, approval included; less is not worth the attempt.
    private const ulong LeastValiditySeconds = 60;

    /// <summary>The acceptance of these terms; null when there is none, and the channel is to be opened without.</summary>
    /// <param name="terms">What is to be opened.</param>
    /// <param name="nowSeconds">The time of the chain.</param>
    /// <param name="isUnsent">Whether it is certain that the channel was not opened yet.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="NodeException">The operator does nothing for so small a deposit, so that nobody would confirm the channel either.</exception>
    /// <exception cref="TermsDeclinedException">The provider would decline the channel too, so that a deposit would only come and go.</exception>
    public async Task<AcceptanceReply?> AskAsync(Terms terms, ulong nowSeconds, bool isUnsent, CancellationToken cancellationToken)
    {
        var channelId = terms.ChannelId(domain);
        var answer = await gateway.AskAsync(new AcceptanceRequest(terms), cancellationToken);
        if (answer.Refusal == RefusalReason.DepositTooSmall)
        {
            throw new NodeException(NodeFault.OpenFailed, $"channel {channelId} is not opened: {answer.Text}");
        }

        if (isUnsent && WouldDecline(answer.Refusal))
        {
            throw new TermsDeclinedException(channelId, answer.Refusal, answer.Text);
        }

        if (!answer.IsDone)
        {
            LogNone(channelId, terms.Provider, answer.Text);
            return null;
        }

        var reply = answer.Reply;
        if (reply.ExpirySeconds < nowSeconds + LeastValiditySeconds || reply.ExpirySeconds > nowSeconds + ProtocolConstants.MaxAcceptanceSeconds)
        {
            LogNone(channelId, terms.Provider, $"it would hold until {reply.ExpirySeconds}, and it is {nowSeconds}");
            return null;
        }

        var fault = verifier.Verify(new Acceptance(channelId, reply.ExpirySeconds), domain, reply.Signature, terms.Provider);
        if (fault != SignatureFault.None)
        {
            LogNone(channelId, terms.Provider, $"its signature is not the provider's ({fault})");
            return null;
        }

        return reply;
    }

    /// <summary>Why the provider, or its operator, does not take these terms, in words; null when nobody says so. Nothing comes of it on chain.</summary>
    public async Task<string?> WhyDeclinedAsync(Terms terms, CancellationToken cancellationToken)
    {
        var answer = await gateway.AskAsync(new AcceptanceRequest(terms), cancellationToken);
        return !answer.IsDone && (WouldDecline(answer.Refusal) || answer.Refusal == RefusalReason.DepositTooSmall) ? answer.Text : null;
    }

    // What concerns the channel itself. That nobody answered, or that acceptances are out already, says nothing about a confirm.
    private static bool WouldDecline(RefusalReason reason) => reason
        is RefusalReason.SlotsFull or RefusalReason.PriceBelowOffer or RefusalReason.ToleranceAboveLimit or RefusalReason.CapacityOutsideOffer
            or RefusalReason.AboveChannelCap or RefusalReason.MonthlyCapReached or RefusalReason.Draining or RefusalReason.Blacklisted;

    [LoggerMessage(LogLevel.Information, "No acceptance of channel {ChannelId} by {Provider}, so it will have to confirm: {Reason}")]
    private partial void LogNone(ChannelId channelId, Address provider, string reason);
}
