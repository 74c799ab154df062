# Runs a program and times it from outside, its teardown included: perl timer.pl [--stages] [--settle SECONDS] [--beside PID] PROGRAM ARGUMENT ...
#
# It prints one JSON object. Times are in milliseconds; those of processors are user and system time together, which the kernel counts in
# nanoseconds. Perl reads these clocks of other processes on Linux only (x64, arm64), so elsewhere the object has no processor times.
#
#   wall, cpu    from the start to the moment when the process is gone; cpu is that of the program and of all that it waited for
#   exit         its exit code; 128 and the signal if a signal ended it
#
# With --stages the program, or a child of it, reports on standard output where it is, and waits for a line on standard input:
#
#   start        it has begun. The process that prints this has stopped the program before (its pid is in TIMED_PID), so that the
#                processor time up to here can be read; it goes on then
#   ...          after --settle seconds, and when the program does nothing any more, it gets the line for which it waits
#   end          it is done
#
#   startWall, startCpu   from its start to `start`
#   readyCpu, readyMemory until it does nothing any more; its resident memory then, in MiB
#   actWall               from the line that it got to `end`
#   endWall               from `end` until it is gone
#   endCpu                from the line that it got until it is gone; of the program alone, without its children
#
# With --beside the program asks something of another process, which does nothing before and after:
#
#   besideCpu    what that process used
use strict;
use warnings;
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC sleep);

# The numbers of the calls for which Perl has no function: waitid, getrusage.
my %CALLS = (x86_64 => [247, 98], aarch64 => [95, 165]);
my ($WAITID, $GETRUSAGE) = @{ ($^O eq 'linux' && $CALLS{ machine() }) || [] };
# No step takes longer, in seconds.
my $LIMIT = 120;

my ($stages, $settle, $beside) = (0, 0, 0);
while (@ARGV && $ARGV[0] =~ /^--(\w+)$/) {
  shift @ARGV;
  if    ($1 eq 'stages') { $stages = 1 }
  elsif ($1 eq 'settle') { $settle = 0 + shift @ARGV }
  elsif ($1 eq 'beside') { $beside = 0 + shift @ARGV }
  else                   { die "no option is called --$1\n" }
}
die "no program\n" unless @ARGV;

my %result;
my $before = $beside ? quiet($beside) : 0;
pipe(my $input, my $release) or die "no pipe: $!\n";
pipe(my $output, my $report) or die "no pipe: $!\n";
my $began = now();
my $pid = fork() // die "cannot fork: $!\n";
if ($pid == 0) {
  $ENV{TIMED_PID} = $$;
  ($stages ? open(STDIN, '<&', $input) : open(STDIN, '<', '/dev/null')) or die;
  open(STDOUT, '>&', $report) or die;
  close $_ for $input, $release, $output, $report;
  exec { $ARGV[0] } @ARGV or die "cannot start $ARGV[0]: $!\n";
}
close $input;
close $report;
$SIG{ALRM} = sub { kill 'KILL', $pid; die "no end after $LIMIT s: @ARGV\n" };
alarm $LIMIT;

my $ended;
my $ready = 0;
if ($stages) {
  expect('start');
  $result{startWall} = now() - $began;
  set('startCpu', used($pid));
  kill 'CONT', $pid;
  sleep $settle;
  $ready = quiet($pid);
  set('readyCpu', $ready);
  set('readyMemory', resident($pid)) if $WAITID;
  my $released = now();
  syswrite($release, "go on\n") or die "cannot write: $!\n";
  expect('end');
  $ended = now();
  $result{actWall} = $ended - $released;
}
# What it prints besides is of no interest, but a full pipe would stop it.
drain() unless $stages;
my $gone;
if ($WAITID) {
  my $info = "\0" x 128;
  # P_PID, WEXITED | WNOWAIT: the process is not reaped yet, so its clock can be read.
  syscall($WAITID, 1, $pid, $info, 4 | 0x01000000, 0) == 0 or die "cannot wait: $!\n";
  $gone = now();
  set('endCpu', used($pid) - $ready) if $stages;
}
waitpid($pid, 0);
my $status = $?;
$gone //= now();
alarm 0;
$result{wall} = $gone - $began;
$result{endWall} = $gone - $ended if defined $ended;
$result{exit} = $status & 127 ? 128 + ($status & 127) : $status >> 8;
if ($GETRUSAGE) {
  my $usage = "\0" x 144;
  syscall($GETRUSAGE, -1, $usage) == 0 or die "cannot read times: $!\n";
  my ($user, $userMicro, $system, $systemMicro) = unpack('q4', $usage);
  $result{cpu} = ($user + $system) * 1e3 + ($userMicro + $systemMicro) / 1e3;
}
set('besideCpu', quiet($beside) - $before) if $beside;
print '{', join(',', map { sprintf('"%s":%.6g', $_, $result{$_}) } sort keys %result), "}\n";

sub now { return clock_gettime(CLOCK_MONOTONIC) * 1e3 }

sub machine {
  require POSIX;
  return (POSIX::uname())[4];
}

sub set {
  my ($name, $value) = @_;
  $result{$name} = $value if $WAITID;
}

# The processor time of all threads of a process, those that have ended included. The number of the clock is made from the pid, as
# clock_getcpuclockid(3) does.
sub used {
  my ($of) = @_;
  return 0 unless $WAITID;
  my $time = clock_gettime(unpack('l', pack('L', (~$of << 3 | 2) & 0xffffffff)));
  die "no process $of\n" if $time < 0;
  return $time * 1e3;
}

# Waits until a process does nothing any more, and returns its processor time.
sub quiet {
  my ($of) = @_;
  my ($last, $since, $limit) = (used($of), now(), now() + $LIMIT * 1e3);
  while (now() - $since < 250) {
    sleep 0.025;
    my $time = used($of);
    # A file that it watches, or a timer, may wake it.
    ($last, $since) = ($time, now()) if busy($of) || $time - $last > 0.5;
    die "process $of is always busy\n" if now() > $limit;
  }
  return used($of);
}

# Whether a thread runs, or would if a processor were free.
sub busy {
  my ($of) = @_;
  for my $path (glob "/proc/$of/task/*/stat") {
    open(my $file, '<', $path) or next;
    my $line = <$file> // '';
    return 1 if $line =~ /.*\) [RD]/s;
  }
  return 0;
}

sub resident {
  my ($of) = @_;
  open(my $file, '<', "/proc/$of/status") or die "no process $of\n";
  my ($kibibytes) = join('', <$file>) =~ /^VmRSS:\s+(\d+)/m or die "no memory of process $of\n";
  return $kibibytes / 1024;
}

# Reads a line of the program, and nothing behind it.
sub expect {
  my ($wanted) = @_;
  my $line = '';
  while (sysread($output, my $next, 1)) {
    last if $next eq "\n";
    $line .= $next;
  }
  return if $line eq $wanted;
  kill 'KILL', $pid;
  die "it printed '$line', not '$wanted': @ARGV\n";
}

sub drain {
  while (sysread($output, my $ignored, 65536)) { }
}
