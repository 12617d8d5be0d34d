using Nethereum.RPC.Eth.DTOs;

namespace Nethereum.Contracts;

/// <summary>A decoded event with the log it came from.</summary>
public class EventLog<T>
{
    public EventLog(T eventObject, FilterLog log)
    {
        Event = eventObject;
        Log = log;
    }

    public T Event { get; }

    public FilterLog Log { get; }
}
