! allranks: the functions of allranks.h for Fortran (2018). Subroutines end with an optional `ierr`: ALLRANKS_OK or one of the
! negative statuses; without it a failure is told by allranks_last_error() alone. "Collective" means what it does in allranks.h.
!
! Compiled with ALLRANKS_MPI_F08 communicators may be of type(MPI_Comm) as well as the integers of `use mpi` and mpif.h; with
! ALLRANKS_SERIAL, for a library without MPI, there are none. allranks_fortran.c belongs to this file and to the same compiler.
module allranks
  use, intrinsic :: iso_c_binding
  use, intrinsic :: iso_fortran_env, only: int32, int64, real32, real64
#ifdef ALLRANKS_MPI_F08
  use mpi_f08, only: MPI_Comm
#endif
  implicit none
  private

  integer, parameter, public :: ALLRANKS_OK = 0
  integer, parameter, public :: ALLRANKS_ERR_ARGUMENT = -1, ALLRANKS_ERR_STATE = -2, ALLRANKS_ERR_THREAD = -3
  integer, parameter, public :: ALLRANKS_ERR_PYTHON = -4, ALLRANKS_ERR_MPI = -5, ALLRANKS_ERR_SYSTEM = -6
  integer, parameter, public :: ALLRANKS_ERR_INTERNAL = -7

  ! Types of elements, for allranks_expose_memory.
  integer, parameter, public :: ALLRANKS_FLOAT32 = 1, ALLRANKS_FLOAT64 = 2, ALLRANKS_INT8 = 3, ALLRANKS_INT16 = 5
  integer, parameter, public :: ALLRANKS_INT32 = 7, ALLRANKS_INT64 = 9, ALLRANKS_COMPLEX64 = 12, ALLRANKS_COMPLEX128 = 13

  public :: allranks_initialize, allranks_step, allranks_run_function, allranks_withdraw
  public :: allranks_expose, allranks_expose_memory
  public :: allranks_last_error, allranks_stop_requested, allranks_finalize

  ! allranks_initialize(comm, script [, ierr]): starts Python on every rank and imports the inline script. Collective. In a build
  ! without MPI: allranks_initialize(script [, ierr]).
  interface allranks_initialize
#ifndef ALLRANKS_SERIAL
    module procedure initialize_integer
#ifdef ALLRANKS_MPI_F08
    module procedure initialize_f08
#endif
#else
    module procedure initialize_serial
#endif
  end interface

#ifndef ALLRANKS_SERIAL
  ! allranks_expose_comm(name, comm [, ierr]): `allranks.comms[name]` in cells. Collective over comm.
  public :: allranks_expose_comm
  interface allranks_expose_comm
    module procedure expose_comm_integer
#ifdef ALLRANKS_MPI_F08
    module procedure expose_comm_f08
#endif
  end interface
#endif

  ! allranks_step(step, time [, ierr]): a safe point: cells that wait run here. Collective.
  interface allranks_step
    module procedure step_long, step_default, step_long_single, step_default_single
  end interface

  interface
#ifndef ALLRANKS_SERIAL
    function c_initialize(comm, script) bind(C, name='allranks_fortran_initialize') result(status)
      import :: c_int, c_char
      integer(c_int), value :: comm
      character(kind=c_char), intent(in) :: script(*)
      integer(c_int) :: status
    end function
    function c_expose_comm(name, comm) bind(C, name='allranks_fortran_expose_comm') result(status)
      import :: c_int, c_char
      character(kind=c_char), intent(in) :: name(*)
      integer(c_int), value :: comm
      integer(c_int) :: status
    end function
#else
    function c_initialize(script) bind(C, name='allranks_initialize_serial') result(status)
      import :: c_int, c_char
      character(kind=c_char), intent(in) :: script(*)
      integer(c_int) :: status
    end function
#endif
    function c_step(step, time) bind(C, name='allranks_step') result(status)
      import :: c_int, c_int64_t, c_double
      integer(c_int64_t), value :: step
      real(c_double), value :: time
      integer(c_int) :: status
    end function
    function c_run_function(name, argc, args) bind(C, name='allranks_run_function') result(status)
      import :: c_int, c_char, c_ptr
      character(kind=c_char), intent(in) :: name(*)
      integer(c_int), value :: argc
      type(c_ptr), intent(in) :: args(*)
      integer(c_int) :: status
    end function
    function c_expose(name, array, writable) bind(C, name='allranks_fortran_expose') result(status)
      import :: c_int, c_char
      character(kind=c_char), intent(in) :: name(*)
      type(*), dimension(..), intent(in) :: array
      integer(c_int), value :: writable
      integer(c_int) :: status
    end function
    function c_expose_memory(name, pointer, dtype, ndim, shape, strides, flags) bind(C, name='allranks_expose') result(status)
      import :: c_int, c_int64_t, c_char, c_ptr
      character(kind=c_char), intent(in) :: name(*)
      type(c_ptr), value :: pointer
      integer(c_int), value :: dtype, ndim
      integer(c_int64_t), intent(in) :: shape(*), strides(*)
      integer(c_int), value :: flags
      integer(c_int) :: status
    end function
    function c_withdraw(name) bind(C, name='allranks_withdraw') result(status)
      import :: c_int, c_char
      character(kind=c_char), intent(in) :: name(*)
      integer(c_int) :: status
    end function
    function c_last_error() bind(C, name='allranks_last_error') result(text)
      import :: c_ptr
      type(c_ptr) :: text
    end function
    function c_stop_requested() bind(C, name='allranks_stop_requested') result(requested)
      import :: c_int
      integer(c_int) :: requested
    end function
    function c_finalize() bind(C, name='allranks_finalize') result(status)
      import :: c_int
      integer(c_int) :: status
    end function
    function c_strlen(text) bind(C, name='strlen') result(length)
      import :: c_ptr, c_size_t
      type(c_ptr), value :: text
      integer(c_size_t) :: length
    end function
  end interface

contains

#ifndef ALLRANKS_SERIAL
  subroutine initialize_integer(comm, script, ierr)
    integer, intent(in) :: comm
    character(len=*), intent(in) :: script
    integer, optional, intent(out) :: ierr
    call tell(c_initialize(int(comm, c_int), terminated(script)), ierr)
  end subroutine

  subroutine expose_comm_integer(name, comm, ierr)
    character(len=*), intent(in) :: name
    integer, intent(in) :: comm
    integer, optional, intent(out) :: ierr
    call tell(c_expose_comm(terminated(name), int(comm, c_int)), ierr)
  end subroutine

#ifdef ALLRANKS_MPI_F08
  subroutine initialize_f08(comm, script, ierr)
    type(MPI_Comm), intent(in) :: comm
    character(len=*), intent(in) :: script
    integer, optional, intent(out) :: ierr
    call initialize_integer(comm%MPI_VAL, script, ierr)
  end subroutine

  subroutine expose_comm_f08(name, comm, ierr)
    character(len=*), intent(in) :: name
    type(MPI_Comm), intent(in) :: comm
    integer, optional, intent(out) :: ierr
    call expose_comm_integer(name, comm%MPI_VAL, ierr)
  end subroutine
#endif
#else
  subroutine initialize_serial(script, ierr)
    character(len=*), intent(in) :: script
    integer, optional, intent(out) :: ierr
    call tell(c_initialize(terminated(script)), ierr)
  end subroutine
#endif

  subroutine step_long(step, time, ierr)
    integer(int64), intent(in) :: step
    real(real64), intent(in) :: time
    integer, optional, intent(out) :: ierr
    call tell(c_step(step, time), ierr)
  end subroutine

  subroutine step_default(step, time, ierr)
    integer(int32), intent(in) :: step
    real(real64), intent(in) :: time
    integer, optional, intent(out) :: ierr
    call tell(c_step(int(step, int64), time), ierr)
  end subroutine

  subroutine step_long_single(step, time, ierr)
    integer(int64), intent(in) :: step
    real(real32), intent(in) :: time
    integer, optional, intent(out) :: ierr
    call tell(c_step(step, real(time, real64)), ierr)
  end subroutine

  subroutine step_default_single(step, time, ierr)
    integer(int32), intent(in) :: step
    real(real32), intent(in) :: time
    integer, optional, intent(out) :: ierr
    call tell(c_step(int(step, int64), real(time, real64)), ierr)
  end subroutine

  ! Calls `name(args...)` of the inline script. Collective. Each argument is the text of a Python expression; blanks behind it do
  ! not count.
  subroutine allranks_run_function(name, args, ierr)
    character(len=*), intent(in) :: name
    character(len=*), optional, intent(in) :: args(:)
    integer, optional, intent(out) :: ierr
    type(c_ptr) :: none(1)
    if (present(args)) then
      call run_with(name, args, ierr)
    else
      none = c_null_ptr
      call tell(c_run_function(terminated(name), 0_c_int, none), ierr)
    end if
  end subroutine

  subroutine run_with(name, args, ierr)
    character(len=*), intent(in) :: name, args(:)
    integer, optional, intent(out) :: ierr
    character(kind=c_char, len=len(args) + 1), target :: texts(size(args))
    type(c_ptr) :: pointers(size(args))
    integer :: i
    do i = 1, size(args)
      texts(i) = trim(args(i))//c_null_char
      pointers(i) = c_loc(texts(i))
    end do
    call tell(c_run_function(terminated(name), size(args, kind=c_int), pointers), ierr)
  end subroutine

  ! Shows an array to Python as `allranks.arrays[name]`, without a copy, with Fortran's order of axes: array(i, j) is
  ! allranks.arrays[name][i - 1, j - 1]. Local. Integers, reals and complex numbers, any rank and any section. The array must be a
  ! target (or pointer) that stays where it is until it is withdrawn or exposed anew.
  ! Not for one component of an array of a derived type, cells%charge: compilers hand over a copy of it. That is what
  ! allranks_expose_memory is for.
  subroutine allranks_expose(name, array, writable, ierr)
    character(len=*), intent(in) :: name
    type(*), dimension(..), intent(in), target :: array
    logical, optional, intent(in) :: writable
    integer, optional, intent(out) :: ierr
    integer(c_int) :: flag
    flag = 0
    if (present(writable)) flag = merge(1, 0, writable)
    call tell(c_expose(terminated(name), array, flag), ierr)
  end subroutine

  ! The same by address: the elements of type `dtype` at `address`, `shape` of them along each axis, `strides` bytes apart. As
  ! allranks_expose_memory('charge', c_loc(cells(1)%charge), ALLRANKS_FLOAT64, [size(cells)], [storage_size(cells)/8]).
  subroutine allranks_expose_memory(name, address, dtype, shape, strides, writable, ierr)
    character(len=*), intent(in) :: name
    type(c_ptr), intent(in) :: address
    integer, intent(in) :: dtype, shape(:), strides(:)
    logical, optional, intent(in) :: writable
    integer, optional, intent(out) :: ierr
    integer(c_int) :: flag
    flag = 0
    if (present(writable)) flag = merge(1, 0, writable)
    if (size(strides) /= size(shape)) then
      ! Refused by the library: there is no array of -1 axes.
      call tell(c_expose_memory(terminated(name), address, int(dtype, c_int), -1_c_int, [0_c_int64_t], [0_c_int64_t], flag), ierr)
    else
      call tell(c_expose_memory(terminated(name), address, int(dtype, c_int), size(shape, kind=c_int), &
                                int(shape, c_int64_t), int(strides, c_int64_t), flag), ierr)
    end if
  end subroutine

  ! Takes a name back. Local.
  subroutine allranks_withdraw(name, ierr)
    character(len=*), intent(in) :: name
    integer, optional, intent(out) :: ierr
    call tell(c_withdraw(terminated(name)), ierr)
  end subroutine

  ! Text of the last failure on this rank.
  function allranks_last_error() result(text)
    character(len=:), allocatable :: text
    character(kind=c_char), pointer :: letters(:)
    type(c_ptr) :: pointer
    integer :: i, length
    pointer = c_last_error()
    length = int(c_strlen(pointer))
    call c_f_pointer(pointer, letters, [length])
    allocate (character(len=length) :: text)
    do i = 1, length
      text(i:i) = letters(i)
    end do
  end function

  ! Whether a stop was asked for (`%live stop`): the simulation should leave its loop. Local.
  logical function allranks_stop_requested()
    allranks_stop_requested = c_stop_requested() /= 0
  end function

  ! Ends cells, the connection and Python. Collective, before MPI_Finalize.
  subroutine allranks_finalize(ierr)
    integer, optional, intent(out) :: ierr
    call tell(c_finalize(), ierr)
  end subroutine

  function terminated(text) result(c)
    character(len=*), intent(in) :: text
    character(kind=c_char, len=:), allocatable :: c
    c = trim(text)//c_null_char
  end function

  subroutine tell(status, ierr)
    integer(c_int), intent(in) :: status
    integer, optional, intent(out) :: ierr
    if (present(ierr)) ierr = int(status)
  end subroutine

end module allranks
