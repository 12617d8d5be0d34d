using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Journal.Log;

/// <summary>
/// A slot of the log: some entries under one checksum, in a block of its own, so that writing one never touches another.
/// </summary>
/// <remarks>
/// <code>
///   0   magic, u32           8   number, u64: 1, 2, 3 … for ever; it lies at number mod slots
///   4   CRC-32C of all       16  the newest number that was durable when this one was written, u64
///       behind it, u32       24  number of its first entry, u64
///                            32  entries, u16; then each: channel id, 32 bytes; length, u16; record
/// </code>
/// Little-endian. What is left of the slot is zero.
/// </remarks>
internal static class LogSlot
{
    public const int Bytes = 4_096;

    /// <summary>What a disk writes whole or not at all; a slot's head lies in its first sector.</summary>
    public const int SectorBytes = 512;

    /// <summary>The longest record that fits.</summary>
    public const int MostRecordBytes = Bytes - HeadBytes - EntryHeadBytes;

    private const uint Magic = 0x314c_4354;
    private const int SumOffset = 4;
    private const int NumberOffset = 8;
    private const int DurableOffset = 16;
    private const int FirstEntryOffset = 24;
    private const int CountOffset = 32;
    private const int HeadBytes = 34;
    private const int EntryHeadBytes = ChannelId.Length + sizeof(ushort);

    /// <summary>Fills a slot with entries from <paramref name="from"/> on, as many as fit.</summary>
    /// <returns>How many there are in it.</returns>
    public static int Fill(Span<byte> slot, ulong number, ulong durableNumber, List<LogEntry> entries, int from)
    {
        slot.Clear();
        var offset = HeadBytes;
        var count = 0;
        for (; from + count < entries.Count; count++)
        {
            var entry = entries[from + count];
            if (offset + EntryHeadBytes + entry.Record.Length > Bytes)
            {
                break;
            }

            entry.ChannelId.CopyTo(slot[offset..]);
            BinaryPrimitives.WriteUInt16LittleEndian(slot[(offset + ChannelId.Length)..], (ushort)entry.Record.Length);
            entry.Record.CopyTo(slot[(offset + EntryHeadBytes)..]);
            offset += EntryHeadBytes + entry.Record.Length;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(slot, Magic);
        BinaryPrimitives.WriteUInt64LittleEndian(slot[NumberOffset..], number);
        BinaryPrimitives.WriteUInt64LittleEndian(slot[DurableOffset..], durableNumber);
        BinaryPrimitives.WriteUInt64LittleEndian(slot[FirstEntryOffset..], entries[from].Number);
        BinaryPrimitives.WriteUInt16LittleEndian(slot[CountOffset..], (ushort)count);
        BinaryPrimitives.WriteUInt32LittleEndian(slot[SumOffset..], Sum(slot));
        return count;
    }

    /// <summary>The head of a slot; null where it was never written or is not whole.</summary>
    public static LogSlotHead? ReadHead(ReadOnlySpan<byte> slot) =>
        BinaryPrimitives.ReadUInt32LittleEndian(slot) == Magic && BinaryPrimitives.ReadUInt32LittleEndian(slot[SumOffset..]) == Sum(slot)
            ? new LogSlotHead(
                BinaryPrimitives.ReadUInt64LittleEndian(slot[NumberOffset..]),
                BinaryPrimitives.ReadUInt64LittleEndian(slot[DurableOffset..]),
                BinaryPrimitives.ReadUInt64LittleEndian(slot[FirstEntryOffset..]),
                BinaryPrimitives.ReadUInt16LittleEndian(slot[CountOffset..]))
            : null;

    /// <summary>The entries of a whole slot from number <paramref name="first"/> on.</summary>
    public static void ReadEntries(ReadOnlySpan<byte> slot, LogSlotHead head, ulong first, List<LogEntry> entries)
    {
        var offset = HeadBytes;
        for (var number = head.FirstEntry; number <= head.LastEntry; number++)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(slot[(offset + ChannelId.Length)..]);
            if (number >= first)
            {
                entries.Add(new LogEntry(slot.Slice(offset, ChannelId.Length).ToArray(), slot.Slice(offset + EntryHeadBytes, length).ToArray())
                {
                    Number = number,
                });
            }

            offset += EntryHeadBytes + length;
        }
    }

    private static uint Sum(ReadOnlySpan<byte> slot)
    {
        var sum = uint.MaxValue;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(slot[NumberOffset..]))
        {
            sum = BitOperations.Crc32C(sum, word);
        }

        return ~sum;
    }
}

/// <summary>What a whole slot says of itself.</summary>
/// <param name="Number">Its number.</param>
/// <param name="DurableNumber">The newest slot that was durable when this one was written.</param>
/// <param name="FirstEntry">Its first entry's number.</param>
/// <param name="Entries">How many there are.</param>
internal readonly record struct LogSlotHead(ulong Number, ulong DurableNumber, ulong FirstEntry, int Entries)
{
    public ulong LastEntry => FirstEntry + (ulong)Entries - 1;
}
