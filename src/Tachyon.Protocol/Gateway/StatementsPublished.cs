using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Reputation;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// Statements were admitted; sent to every edge. One that sees a gap behind what it has asks for the rest
/// (<see cref="StatementsRequest"/>), and believes none before it has checked it (<see cref="StatementRules"/>).
/// </summary>
public sealed record StatementsPublished : GatewayPush
{
    /// <summary>News of the log.</summary>
    /// <param name="log">The name of the operator's log.</param>
    /// <param name="statements">1 to <see cref="GatewayLimits.MaxStatements"/>, without gaps.</param>
    /// <exception cref="ArgumentException">None, too many, or with gaps.</exception>
    public StatementsPublished(Bytes32 log, IReadOnlyList<PublishedStatement> statements)
    {
        StatementFields.Require(statements, nameof(statements));
        ArgumentOutOfRangeException.ThrowIfZero(statements.Count, nameof(statements));
        Log = log;
        Statements = statements;
    }

    /// <summary>The name of the operator's log.</summary>
    public Bytes32 Log { get; }

    /// <summary>In the order of the log, without gaps.</summary>
    public IReadOnlyList<PublishedStatement> Statements { get; }

    /// <inheritdoc/>
    public override GatewayMessageKind Kind => GatewayMessageKind.StatementsPublished;

    internal override int SizeHint => 64 + (768 * Statements.Count);

    internal override void WriteBody(GatewayWriter writer)
    {
        writer.Bytes32(Log);
        writer.PublishedList(Statements);
    }

    internal static StatementsPublished? Read(ref GatewayReader reader)
    {
        var log = reader.Bytes32();
        var statements = reader.PublishedList(least: 1);
        return reader.Failed ? null : new StatementsPublished(log, statements);
    }
}
