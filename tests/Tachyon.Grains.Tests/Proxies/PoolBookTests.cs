using System.Diagnostics;
using Orleans.Runtime;
using Tachyon.Grains.Durability;
using Tachyon.Grains.Proxies;
using Tachyon.Protocol.Routes;

namespace Tachyon.Grains.Tests.Proxies;

/// <summary>A pool's record: small and quick with ten thousand routes, and never too high after a crash.</summary>
public sealed class PoolBookTests
{
    private const ulong KB = 1_000;
    private const int Many = 10_000;

    private static readonly Eip712Domain Domain = new(31337, Address.Parse("0x00000000000000000000000000000000000000c1"));
    private static readonly KeySigner Proxy = new(Keccak256.HashText("pool book, proxy").ToArray());
    private static readonly SignatureVerifier Verifier = new();

    private readonly Memory<PoolHead> _head = new();
    private readonly Dictionary<int, Memory<PoolPage>> _pages = [];

    [Fact]
    public async Task TenThousandRoutes_CostWhatOneCosts_ForEachChange()
    {
        PoolBook book = await Begin();
        for (int i = 0; i < Many; i++)
        {
            Raise(book, i, 256 * KB);
        }

        await book.SaveAsync();
        Assert.Equal((Many + PoolPage.MaxShares - 1) / PoolPage.MaxShares, book.Pages);
        Assert.Equal(Many, book.ActiveRoutes);
        int written = _pages.Values.Sum(page => page.Writes);

        // Each change writes its own page and no other, whatever the number of routes.
        var watch = Stopwatch.StartNew();
        for (int i = 0; i < 1_000; i++)
        {
            Raise(book, i * 7 % Many, (257 + (ulong)(i / Many)) * KB);
            await book.SaveAsync();
        }

        Assert.True(_pages.Values.Sum(page => page.Writes) - written <= 1_000, "a change rewrote more than its page");
        Assert.True(watch.Elapsed < Eventually.DefaultTimeout, $"1,000 changes took {watch.Elapsed}");
    }

    [Fact]
    public async Task StoredPool_ReadsBackAsItWas_WithLocksThatAreOverInTheSum()
    {
        PoolBook book = await Begin();
        for (int i = 0; i < 200; i++)
        {
            Raise(book, i, (ulong)(i + 1) * KB);
        }

        book.End(Lock(5));
        for (int i = 0; i < 50; i++)
        {
            book.Settle(Lock(i));
        }

        ulong promised = book.Ledger!.PromisedBytes;
        await book.SaveAsync();

        PoolBook again = Open();
        await again.LoadAsync();

        Assert.Equal(promised, again.Ledger!.PromisedBytes);
        Assert.Equal(150, again.ActiveRoutes);
        Assert.Null(again.Ledger.Find(Lock(5)));
        Assert.Equal(100 * KB, again.Ledger.Find(Lock(99))!.Value.PromisedBytes);
        Assert.Equal(RouteAddress, again.RouteAddressOf(Lock(99)));

        // Their places are taken again.
        int pages = again.Pages;
        for (int i = 300; i < 350; i++)
        {
            Raise(again, i, KB);
        }

        await again.SaveAsync();
        Assert.Equal(pages, again.Pages);
    }

    [Fact]
    public async Task WhateverWriteACrashTakes_TheSumIsNeverTooHigh()
    {
        for (int failing = 1; failing < 12; failing++)
        {
            _pages.Clear();
            _head.Stored = new PoolHead();
            PoolBook book = await Begin();
            ulong promised = 0;
            int left = failing;
            Memory<PoolPage>.OnWrite = Memory<PoolHead>.OnWrite = () => left-- == 0 ? throw new IOException("no more") : 0;
            try
            {
                for (int i = 0; i < 4; i++)
                {
                    Raise(book, i, 10 * KB);
                    promised += 10 * KB;
                    await book.SaveAsync();
                    book.Settle(Lock(i));
                    await book.SaveAsync();
                }
            }
            catch (StorageFaultException)
            {
                // This is what a crash is.
            }
            finally
            {
                Memory<PoolPage>.OnWrite = Memory<PoolHead>.OnWrite = () => 0;
            }

            PoolBook again = Open();
            await again.LoadAsync();
            Assert.True((again.Ledger?.PromisedBytes ?? 0) <= promised, $"{again.Ledger!.PromisedBytes} of {promised} after write {failing}");
        }
    }

    private static Address RouteAddress { get; } = Address.Parse("0x00000000000000000000000000000000000000aa");

    private static ChannelId Lock(int i) => new(Keccak256.HashText($"pool book, lock {i}"));

    private static void Raise(PoolBook book, int i, ulong bytes) => Assert.Equal(ShareFault.None, book.Raise(new PoolPromise
    {
        PoolId = book.Ledger!.PoolId,
        LockId = Lock(i),
        Tag = Keccak256.HashText($"pool book, tag {i}"),
        RouteAddress = RouteAddress,
        PromisedBytes = bytes,
    }).Fault);

    private PoolBook Open() => new(
        _head,
        page => _pages.TryGetValue(page, out Memory<PoolPage>? known) ? known : _pages[page] = new Memory<PoolPage>(),
        (terms, state) => new PoolLedger(terms, Domain, Proxy, Verifier, state),
        () => { });

    private async Task<PoolBook> Begin()
    {
        PoolBook book = Open();
        await book.LoadAsync();
        book.Begin(new PoolHead
        {
            Stage = PoolStage.Active,
            Terms = new Terms(Proxy.Address, RouteAddress, 1_000_000_000_000, new TokenAmount(1_000), 0, ChannelKind.Direct, Keccak256.HashText("pool book")),
        });
        await book.SaveAsync();
        return book;
    }

    private sealed class Memory<T> : IPersistentState<T>
        where T : class, new()
    {
        internal static Func<int> OnWrite { get; set; } = () => 0;

        internal T Stored { get; set; } = new();

        internal int Writes { get; private set; }

        public T State { get; set; } = new();

        public string? Etag => null;

        public bool RecordExists => true;

        public Task ReadStateAsync()
        {
            State = Stored;
            return Task.CompletedTask;
        }

        public Task WriteStateAsync()
        {
            OnWrite();
            Stored = State;
            Writes++;
            return Task.CompletedTask;
        }

        public Task ClearStateAsync() => throw new NotSupportedException();
    }
}
