using System.Collections.Concurrent;
using System.Reflection;
using Orleans.Runtime;

namespace Tachyon.Grains.Tests.Cluster;

/// <summary>
/// What a network may do to the messages of a cluster: deliver them twice, late, long after newer ones, or not at all. Sees every
/// call to the project's grains, of clients and of other grains.
/// </summary>
internal sealed class MessageFaults : IOutgoingGrainCallFilter
{
    private const int MaxCopiesAtOnce = 16;

    // A copy is itself a call; it begins on the thread that sends it.
    [ThreadStatic]
    private static bool t_isCopy;

    private readonly ConcurrentQueue<Message> _sent = new();
    private readonly ConcurrentDictionary<(MethodInfo, GrainId), byte> _questions = new();
    private readonly Lock _sync = new();
    private Random? _delays;

    /// <summary>While true every message is delivered twice, at the same time.</summary>
    public bool Twice { get; set; }

    /// <summary>The one-way method whose messages are lost; null for none.</summary>
    public string? Loses { get; set; }

    /// <summary>The methods called so far.</summary>
    public MethodInfo[] Methods => [.. _sent.Select(message => message.Method).Distinct()];

    /// <summary>From now on each message is held back for a random time, so that those sent together overtake each other.</summary>
    public void Shuffle(int seed)
    {
        lock (_sync)
        {
            _delays = new Random(seed);
        }
    }

    /// <summary>Delivers all messages so far once more, in a random order. What their callees answer, nobody hears.</summary>
    public async Task DeliverAgain(int seed)
    {
        Message[] copies = [.. _sent];
        new Random(seed).Shuffle(copies);
        foreach (Message[] chunk in copies.Chunk(MaxCopiesAtOnce))
        {
            await Task.WhenAll(chunk.Select(copy => copy.Deliver()));
        }
    }

    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        if (t_isCopy || context.InterfaceMethod.DeclaringType!.Assembly != typeof(IChannelGrain).Assembly)
        {
            await context.Invoke();
            return;
        }

        if (context.InterfaceMethod.Name == Loses)
        {
            return;
        }

        var message = new Message(
            context.InterfaceMethod,
            context.Grain,
            [.. Enumerable.Range(0, context.Request.GetArgumentCount()).Select(context.Request.GetArgument)]);
        if (message.Arguments.Length > 0 || _questions.TryAdd((message.Method, context.TargetId), 0))
        {
            // Questions without arguments are asked over and over while a test waits; one of each is enough.
            _sent.Enqueue(message);
        }

        Task copy = Twice ? message.Deliver() : Task.CompletedTask;
        await Task.Delay(NextDelay());
        await context.Invoke();
        await copy;
    }

    private TimeSpan NextDelay()
    {
        lock (_sync)
        {
            return TimeSpan.FromMilliseconds(_delays?.Next(20) ?? 0);
        }
    }

    private sealed record Message(MethodInfo Method, object Target, object?[] Arguments)
    {
        public async Task Deliver()
        {
            try
            {
                await Send();
            }
            catch (Exception fault) when (fault is not Xunit.Sdk.XunitException)
            {
                // Refusing a message that comes again is one way to be right; what matters is the state afterwards.
            }
        }

        private Task Send()
        {
            t_isCopy = true;
            try
            {
                return (Task)Method.Invoke(Target, BindingFlags.DoNotWrapExceptions, null, Arguments, null)!;
            }
            finally
            {
                t_isCopy = false;
            }
        }
    }
}
