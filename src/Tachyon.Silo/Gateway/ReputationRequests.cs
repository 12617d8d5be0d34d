using Tachyon.Grains;
using Tachyon.Protocol.Gateway;

namespace Tachyon.Silo.Gateway;

/// <summary>What an edge states about others, and asks of what others state.</summary>
internal sealed class ReputationRequests(IGrainFactory grains, StatementFeed feed)
{
    public async Task<GatewayReply> PublishAsync(EdgeSession session, PublishStatement request)
    {
        if (request.Signed.Issuer != session.Node)
        {
            return Refusals.Reply(RefusalReason.NotYours);
        }

        var channelId = request.Signed.Statement.ChannelId;
        if (!session.Names.TryName(channelId, out var paid))
        {
            return Refusals.TooManyUnknown(session.Names);
        }

        var refusal = await grains.Reputation(session.Node).Publish(request.Signed, request.Evidence);
        if (refusal != StatementRefusal.UnknownChannel)
        {
            session.Names.Confirm(channelId, paid);
        }

        return refusal == StatementRefusal.None ? Accepted.Instance : Refusals.Reply(Refusals.Of(refusal));
    }

    public async Task<GatewayReply> ReadAsync(StatementsRequest request) => await feed.ReadAsync(request.Log, request.After);
}
