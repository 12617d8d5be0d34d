namespace Tachyon.Protocol.Datagrams;

/// <summary>
/// Which of the newest counters were seen, after RFC 6479: a ring of words, of which whole ones are cleared as the window
/// moves, so that nothing is ever shifted. Not thread-safe.
/// </summary>
/// <remarks>Add a counter only once what carried it is authenticated: a forged one would push the window past honest ones.</remarks>
public sealed class ReplayWindow
{
    /// <summary>How far below the highest counter an unseen one is still taken.</summary>
    public const ulong Size = (Words - 1) * BitsPerWord;

    private const int Words = 128;
    private const int BitsPerWord = 64;

    private readonly ulong[] _seen = new ulong[Words];

    /// <summary>The highest counter seen, and one more; zero before the first.</summary>
    public ulong End { get; private set; }

    /// <summary>Whether the counter was not seen and is not too old to tell.</summary>
    public bool IsNew(ulong counter)
    {
        if (counter >= End)
        {
            // The last one has no successor, so its end could not be told from the beginning.
            return counter != ulong.MaxValue;
        }

        return End - counter <= Size && (_seen[WordOf(counter)] & BitOf(counter)) == 0;
    }

    /// <summary>Takes a counter as seen. It must be new.</summary>
    public void Add(ulong counter)
    {
        if (!IsNew(counter))
        {
            throw new ArgumentException($"Counter {counter} was seen, or is too old: the next is {End}.", nameof(counter));
        }

        if (counter >= End)
        {
            // Words that the window enters hold what was a whole turn ago.
            var last = End == 0 ? 0 : (End - 1) / BitsPerWord;
            var moves = Math.Min((counter / BitsPerWord) - last, Words);
            for (ulong move = 1; move <= moves; move++)
            {
                _seen[(last + move) % Words] = 0;
            }

            End = counter + 1;
        }

        _seen[WordOf(counter)] |= BitOf(counter);
    }

    private static int WordOf(ulong counter) => (int)(counter / BitsPerWord % Words);

    private static ulong BitOf(ulong counter) => 1UL << (int)(counter % BitsPerWord);
}
