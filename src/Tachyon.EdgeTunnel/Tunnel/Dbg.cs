namespace Tachyon.EdgeTunnel.Tunnel;
internal static class Dbg
{
    public static long Records, Urgent, Units, Holds, Pauses, Frames, Lone, Carried, LogWrites, ResumePool, Drains, LogNs, SendWait, DataSends;
    static Dbg() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Console.Error.WriteLine($"DBG records={Records} urgent={Urgent} units={Units} holds={Holds} pauses={Pauses} lone={Lone} carried={Carried} logwrites={LogWrites} pool={ResumePool} drains={Drains} logUs={(LogWrites == 0 ? 0 : LogNs / LogWrites / 1000)} sendwait={SendWait} data={DataSends}");
}
