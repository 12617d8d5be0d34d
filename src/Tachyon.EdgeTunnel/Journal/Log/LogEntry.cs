namespace Tachyon.EdgeTunnel.Journal.Log;

/// <summary>A ledger's record on its way to the disk: durable as soon as either the log or the tables hold it.</summary>
/// <param name="channelId">The channel, 32 bytes.</param>
/// <param name="record">The record, encoded.</param>
internal sealed class LogEntry(byte[] channelId, byte[] record) : JournalWrite(isBrief: true)
{
    public byte[] ChannelId { get; } = channelId;

    public byte[] Record { get; } = record;

    /// <summary>Its place in the order of all entries, from 1; zero where it goes to the tables alone.</summary>
    public ulong Number { get; set; }

    public override void Apply(JournalStatements statements) => LedgerTable.Insert(statements, ChannelId, Record);
}
