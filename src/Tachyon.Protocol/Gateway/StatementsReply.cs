using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Reputation;

namespace Tachyon.Protocol.Gateway;

/// <summary>The statements after the one asked for, in the order of the log, and how far the log goes.</summary>
public sealed record StatementsReply : GatewayReply
{
    /// <summary>A page of the log.</summary>
    /// <param name="log">The name of the operator's log; another one than before means that counting begins anew.</param>
    /// <param name="latest">The sequence of the newest statement; 0 while there is none.</param>
    /// <param name="statements">At most <see cref="GatewayLimits.MaxStatements"/>, without gaps; fewer than there are where they would not fit.</param>
    /// <exception cref="ArgumentException">Too many, or with gaps.</exception>
    public StatementsReply(Bytes32 log, ulong latest, IReadOnlyList<PublishedStatement> statements)
    {
        StatementFields.Require(statements, nameof(statements));
        Log = log;
        Latest = latest;
        Statements = statements;
    }

    /// <summary>The name of the operator's log.</summary>
    public Bytes32 Log { get; }

    /// <summary>The sequence of the newest statement; 0 while there is none.</summary>
    public ulong Latest { get; }

    /// <summary>In the order of the log, without gaps.</summary>
    public IReadOnlyList<PublishedStatement> Statements { get; }

    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.StatementsReply;

    internal override int SizeHint => 64 + (768 * Statements.Count);

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.Bytes32(Log);
        writer.U64(Latest);
        writer.PublishedList(Statements);
    }

    internal static StatementsReply? Read(ref GatewayReader reader)
    {
        var log = reader.Bytes32();
        var latest = reader.U64();
        var statements = reader.PublishedList(least: 0);
        return reader.Failed ? null : new StatementsReply(log, latest, statements);
    }
}
